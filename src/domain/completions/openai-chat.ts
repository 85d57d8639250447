import type { TSchema } from "@sinclair/typebox";
import { type Static, t } from "elysia";
import { Integer, Nullable, PROMPT_MAX, TEXT_MAX } from "../fields.ts";
import { ReasoningDetail, ToolCall, ToolChoice } from "./chat.ts";
import { CACHE_MODES, FALLBACKS_MAX, Fallback, TimeoutMs, TOP_LOGPROBS_MAX } from "./completion.ts";
import { GENERATION_FIELDS } from "./generation-params.ts";

/** An optional field that may be null: OpenAI's clients send null for fields that they do not set. */
const Given = <Schema extends TSchema>(schema: Schema) => t.Optional(Nullable(schema));

/** An empty text asks for nothing. OpenAI accepts it. */
const StopText = t.String({ maxLength: 200 });
const Tokens = Integer({ minimum: 1, maximum: 1_000_000 });

/** Clients may send fields that this server does not know. */
const OPEN = { additionalProperties: true };

const ContentPart = t.Object(
  {
    type: t.String(),
    text: t.Optional(t.String({ maxLength: PROMPT_MAX })),
    refusal: t.Optional(t.String({ maxLength: TEXT_MAX })),
  },
  OPEN,
);

/** A text, or a list of parts. Only parts of type `text`, and an assistant's `refusal`, are supported. */
export const ChatContent = t.Union([
  t.String({ maxLength: PROMPT_MAX }),
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
    reasoning_content: Given(
      t.String({
        maxLength: TEXT_MAX,
        description:
          "An assistant's reasoning, as it came: models that reason need it while they call tools.",
      }),
    ),
    reasoning: Given(t.String({ maxLength: TEXT_MAX, description: "Another name for reasoning_content." })),
    reasoning_details: Given(
      t.Array(ReasoningDetail, {
        maxItems: 1000,
        description: "The parts of the reasoning with their signatures, as they came.",
      }),
    ),
    tool_calls: Given(t.Array(ToolCall, { maxItems: 128 })),
    tool_call_id: Given(t.String({ minLength: 1, maxLength: 200 })),
  },
  OPEN,
);
export type OpenAiMessage = Static<typeof OpenAiMessage>;

const Name = t.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" });
const Description = Given(t.String({ maxLength: 10_000 }));

/** Like `Tool`; fields may be null. */
const OpenAiTool = t.Object({
  type: t.Literal("function"),
  function: t.Object({
    name: Name,
    description: Description,
    parameters: Given(t.Record(t.String(), t.Unknown())),
    strict: Given(t.Boolean()),
  }),
});

/** Like `ResponseFormat`; fields may be null. */
const OpenAiFormat = t.Union([
  t.Object({ type: t.Literal("text") }),
  t.Object({ type: t.Literal("json_object") }),
  t.Object({
    type: t.Literal("json_schema"),
    json_schema: t.Object({
      name: Name,
      description: Description,
      schema: t.Record(t.String(), t.Unknown()),
      strict: Given(t.Boolean()),
    }),
  }),
]);

const MODEL_PATTERN = "^[^/]{1,64}/.{1,300}$";
const { other_fields: _, max_completion_tokens: __, ...NAMED_FIELDS } = GENERATION_FIELDS;

type GivenFields<Fields extends Record<string, TSchema>> = {
  [Name in keyof Fields]: ReturnType<typeof Given<Fields[Name]>>;
};

/** Returns the fields with null as a further value. */
const givenFields = <Fields extends Record<string, TSchema>>(fields: Fields): GivenFields<Fields> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name, Given(schema)]),
  ) as GivenFields<Fields>;

/** The body of `POST /v1/chat/completions`. Source: `CreateChatCompletionRequest` in OpenAI's OpenAPI description. */
export const CreateChatCompletion = t.Object(
  {
    model: t.String({
      pattern: MODEL_PATTERN,
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
    tools: Given(t.Array(OpenAiTool, { maxItems: 128 })),
    tool_choice: Given(ToolChoice),
    response_format: Given(OpenAiFormat),
    logprobs: Given(t.Boolean()),
    top_logprobs: Given(Integer({ minimum: 0, maximum: TOP_LOGPROBS_MAX })),
    ...givenFields(NAMED_FIELDS),
    fallbacks: Given(
      t.Array(t.Union([t.String({ pattern: MODEL_PATTERN }), Fallback]), {
        maxItems: FALLBACKS_MAX,
        description: "Not part of OpenAI's API: the models that are called, in turn, if the first one fails.",
      }),
    ),
    cache: Given(t.Union(CACHE_MODES.map((mode) => t.Literal(mode)))),
    timeout_ms: Given(TimeoutMs("Not part of OpenAI's API: the time limit for each model that is called.")),
  },
  OPEN,
);
export type CreateChatCompletion = Static<typeof CreateChatCompletion>;
