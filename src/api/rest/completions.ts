import { Elysia } from "elysia";
import {
  Completion,
  CompletionListing,
  CompletionQuery,
  CompletionRecord,
  CreateCompletion,
} from "../../domain/completions/completion.ts";
import { IdParams } from "../../domain/fields.ts";
import { PageOf, pageRequest } from "../../domain/page.ts";
import type { Completions } from "../../services/completions/index.ts";
import type { Log } from "../../telemetry/log.ts";
import { callerContext } from "../middleware/request-context.ts";
import { streamedCompletion } from "./completion-stream.ts";
import { describe } from "./support/describe.ts";
import { withBody, withQuery } from "./support/input.ts";

export const completionRoutes = (completions: Completions, log: Log) =>
  new Elysia({ name: "rest/completions", prefix: "/v1/completions" })
    .use(callerContext)
    .post(
      "/",
      async ({ body, caller, request, server, status }) => {
        // The call has time limits of its own, longer than a connection may be silent.
        server?.timeout(request, 0);
        if (body.stream)
          return streamedCompletion(request, log, (signal) => completions.createStream(caller, body, signal));
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
