import { Elysia, t } from "elysia";
import { ChatCompletion, OpenAiError } from "../../domain/completions/openai-answer.ts";
import { CreateChatCompletion } from "../../domain/completions/openai-chat.ts";
import { ModelList, ModelListing } from "../../domain/model.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { ModelCatalogue } from "../../services/catalogues/models.ts";
import type { Completions } from "../../services/completions/index.ts";
import type { Log } from "../../telemetry/log.ts";
import { openAiError } from "../middleware/openai-error.ts";
import { callerContext } from "../middleware/request-context.ts";
import { streamed } from "../rest/completion-stream.ts";
import { describe } from "../rest/support/describe.ts";
import { withBody } from "../rest/support/input.ts";
import { chatCompletionOf } from "./chat-answer.ts";
import { createChunks } from "./chat-chunks.ts";
import { orderOf } from "./chat-order.ts";

/** The answer in OpenAI's own form of a stream: one that breaks ends with an error and without `[DONE]`. */
function streamedChat(
  request: Request,
  log: Log,
  completions: Completions,
  caller: Caller,
  body: CreateChatCompletion,
): Promise<Response> {
  const order = orderOf(body);
  const { request_id } = order;
  const include_usage = body.stream_options?.include_usage ?? false;
  return streamed(
    request,
    log,
    (signal) => completions.stream(caller, order, signal),
    createChunks({ request_id, model: body.model, include_usage }),
    (error) => [{ data: JSON.stringify(openAiError(error)) }],
  );
}

/** What OpenAI's clients call, with `/v1` of this server for their base URL and a key of ours for theirs. */
export const chatCompletionRoutes = (completions: Completions, models: ModelCatalogue, log: Log) =>
  new Elysia({ name: "rest/chat-completions", prefix: "/v1" })
    .use(callerContext)
    .post(
      "/chat/completions",
      async ({ body, caller, request, server }) => {
        // The call has time limits of its own, longer than a connection may be silent.
        server?.timeout(request, 0);
        if (body.stream) return streamedChat(request, log, completions, caller, body);
        const completion = await completions.complete(caller, orderOf(body), request.signal);
        return chatCompletionOf(completion, body.model);
      },
      {
        ...withBody(CreateChatCompletion),
        ...describe("createChatCompletion", {
          answer: ChatCompletion,
          error: OpenAiError,
          errors: ["BAD_REQUEST", "SERVICE_UNAVAILABLE"],
        }),
      },
    )
    .get(
      "/models",
      ({ caller }) => models.list(caller),
      describe("listModels", { answer: ModelList, error: OpenAiError }),
    )
    .get("/models/:model", ({ caller, params }) => models.get(caller, params.model), {
      params: t.Object({ model: t.String({ description: "`provider/model`, its slashes as `%2F`." }) }),
      ...describe("getModel", { answer: ModelListing, error: OpenAiError, errors: ["NOT_FOUND"] }),
    });
