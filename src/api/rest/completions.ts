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
import { asks, takes } from "./support/input.ts";

const tag = "Completions";

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
        ...takes(CreateCompletion),
        ...describe({
          tag,
          summary: "Ask a model",
          description:
            "Takes either `prompt` or `messages`. The answer is stored before it is sent. With `stream` the answer is `text/event-stream`: `delta` events with a `text` each, then `done` with the completion, or `error` with the envelope.",
          answer: Completion,
          status: 201,
          errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .get("/", ({ caller, query }) => completions.list(caller, pageRequest(query), query), {
      ...asks(CompletionQuery),
      ...describe({
        tag,
        summary: "List the completions",
        description:
          "Newest first. Fields of a completion that are long are null here and named in `left_out`; the completion by its id has them.",
        answer: PageOf(CompletionListing),
        errors: ["BAD_REQUEST"],
      }),
    })
    .get("/:id", ({ caller, params }) => completions.get(caller, params.id), {
      params: IdParams,
      ...describe({
        tag,
        summary: "Read a completion back",
        answer: CompletionRecord,
        errors: ["BAD_REQUEST", "NOT_FOUND"],
      }),
    });
