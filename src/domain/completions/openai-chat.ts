import type { TSchema } from "@sinclair/typebox";
import { type Static, t } from "elysia";
import { Integer, Nullable, TEXT_MAX } from "../fields.ts";
import { ResponseFormat, Tool, ToolCall, ToolChoice } from "./chat.ts";
import { TOP_LOGPROBS_MAX } from "./completion.ts";

/** An optional field that may be null: OpenAI's clients send null for fields that they do not set. */
const Given = <Schema extends TSchema>(schema: Schema) => t.Optional(Nullable(schema));

const StopText = t.String({ minLength: 1, maxLength: 200 });
const Tokens = Integer({ minimum: 1, maximum: 1_000_000 });

/** Clients may send fields that this server does not know. It ignores them, and names them in the answer. */
const OPEN = { additionalProperties: true };

const ContentPart = t.Object(
  {
    type: t.String(),
    text: t.Optional(t.String({ maxLength: TEXT_MAX })),
    refusal: t.Optional(t.String({ maxLength: TEXT_MAX })),
  },
  OPEN,
);

/** A text, or a list of parts. Only parts of type `text`, and an assistant's `refusal`, are supported. */
export const ChatContent = t.Union([
  t.String({ maxLength: TEXT_MAX }),
  t.Array(ContentPart, { minItems: 1, maxItems: 1000 }),
]);
export type ChatContent = Static<typeof ChatContent>;

const OPENAI_ROLES = ["system", "developer", "user", "assistant", "tool"] as const;

/** One message. The fields that each role requires are checked when the message is read. */
export const OpenAiMessage = t.Object(
  {
    role: t.Union(OPENAI_ROLES.map((role) => t.Literal(role))),
    content: Given(ChatContent),
    refusal: Given(
      t.String({
        maxLength: TEXT_MAX,
        description: "An assistant's refusal, used as its content if it has none.",
      }),
    ),
    tool_calls: Given(t.Array(ToolCall, { minItems: 1, maxItems: 128 })),
    tool_call_id: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
  },
  OPEN,
);
export type OpenAiMessage = Static<typeof OpenAiMessage>;

/** The body of `POST /v1/chat/completions`. Source: `CreateChatCompletionRequest` in OpenAI's OpenAPI description. */
export const CreateChatCompletion = t.Object(
  {
    model: t.String({
      pattern: "^[^/]{1,64}/.{1,300}$",
      description: "a provider and its model, such as openai/gpt-4o",
    }),
    messages: t.Array(OpenAiMessage, { minItems: 1, maxItems: 1000 }),
    max_tokens: Given(Tokens),
    max_completion_tokens: Given(Tokens),
    temperature: Given(t.Number({ minimum: 0, maximum: 2 })),
    top_p: Given(t.Number({ minimum: 0, maximum: 1 })),
    stop: t.Optional(t.Union([StopText, t.Array(StopText, { maxItems: 16 }), t.Null()])),
    seed: Given(Integer({ minimum: 0, maximum: 2_147_483_647 })),
    stream: Given(t.Boolean()),
    stream_options: Given(t.Object({ include_usage: Given(t.Boolean()) }, OPEN)),
    tools: Given(t.Array(Tool, { maxItems: 128 })),
    tool_choice: Given(ToolChoice),
    response_format: Given(ResponseFormat),
    logprobs: Given(t.Boolean()),
    top_logprobs: Given(Integer({ minimum: 0, maximum: TOP_LOGPROBS_MAX })),
  },
  OPEN,
);
export type CreateChatCompletion = Static<typeof CreateChatCompletion>;
