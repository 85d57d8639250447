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
import { streamAs } from "../rest/completion-stream.ts";
import { describe } from "../rest/support/describe.ts";
import { withBody } from "../rest/support/input.ts";
import { chatCompletionOf, headersOf } from "./chat-answer.ts";
import { createChunks } from "./chat-chunks.ts";
import { orderOf } from "./chat-order.ts";

interface ChatRequest {
  body: CreateChatCompletion;
  caller: Caller;
  request: Request;
}

/** Streams the answer in OpenAI's format. A stream that fails ends with an error and without `[DONE]`. */
function streamChat(completions: Completions, log: Log, { body, caller, request }: ChatRequest) {
  const order = orderOf(body);
  const { request_id } = order;
  const include_usage = body.stream_options?.include_usage ?? false;
  return streamAs(
    {
      eventsOf: createChunks({ request_id, model: body.model, include_usage }),
      errorEventsOf: (error) => [{ data: JSON.stringify(openAiError(error)) }],
    },
    { request, log, begin: (signal) => completions.stream(caller, order, signal) },
  );
}

/**
 * Creates the routes that OpenAI's clients call. Their base URL is this server's `/v1`, and their key is an API key of
 * this server.
 */
export const chatCompletionRoutes = (completions: Completions, models: ModelCatalogue, log: Log) =>
  new Elysia({ name: "rest/chat-completions", prefix: "/v1" })
    .use(callerContext)
    .post(
      "/chat/completions",
      async ({ body, caller, request, server, set }) => {
        // The call has its own time limits, which are longer than Bun's limit on a silent connection.
        server?.timeout(request, 0);
        if (body.stream) return streamChat(completions, log, { body, caller, request });
        const completion = await completions.complete(caller, orderOf(body), request.signal);
        Object.assign(set.headers, headersOf(completion));
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
    // Some clients do not escape the slash in a model's name.
    .get("/models/*", ({ caller, params }) => models.get(caller, decodeURIComponent(params["*"])), {
      detail: { hide: true },
    })
    .get("/models/:model", ({ caller, params }) => models.get(caller, params.model), {
      params: t.Object({
        model: t.String({ description: "`provider/model`, with each slash written as `%2F`" }),
      }),
      ...describe("getModel", { answer: ModelListing, error: OpenAiError, errors: ["NOT_FOUND"] }),
    });
