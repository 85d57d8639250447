import { Elysia } from "elysia";
import { Completion, CompletionRecord, CreateCompletion } from "../../domain/completions/completion.ts";
import { CompletionListing, CompletionQuery } from "../../domain/completions/completion-list.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Completions } from "../../services/completions/index.ts";
import type { Log } from "../../telemetry/log.ts";
import { callerContext } from "../middleware/request-context.ts";
import { streamCompletion } from "./completion-stream.ts";
import { describe } from "./support/describe.ts";
import { withBody, withQuery } from "./support/input.ts";

export const completionRoutes = (completions: Completions, log: Log) =>
  new Elysia({ name: "rest/completions", prefix: "/v1/completions" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, request, server, status }) => {
        // The call has its own time limits, which are longer than Bun's limit on a silent connection.
        server?.timeout(request, 0);
        const begin = (signal: AbortSignal) => completions.createStream(caller, body, signal);
        if (body.stream) return streamCompletion({ request, log, begin });
        return status(201, await completions.create(caller, body, request.signal));
      },
      {
        ...withBody(CreateCompletion),
        ...describe("createCompletion", {
          answer: Completion,
          status: 201,
          errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .get("/", ({ caller, query }) => completions.list(caller, pageRequest(query), query), {
      ...withQuery(CompletionQuery),
      ...describe("listCompletions", { answer: PageOf(CompletionListing), errors: ["BAD_REQUEST"] }),
    })
    .get("/:id", ({ caller, params }) => completions.get(caller, params.id), {
      params: IdParams,
      ...describe("getCompletion", { answer: CompletionRecord, errors: ["BAD_REQUEST", "NOT_FOUND"] }),
    });
