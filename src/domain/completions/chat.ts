import { type Static, t } from "elysia";
import { Nullable, PROMPT_MAX, TEXT_MAX } from "../fields.ts";

/** A tool call that a model requested, in OpenAI's form. `arguments` is JSON text, exactly as the model wrote it. */
export const ToolCall = t.Object({
  id: t.String({ minLength: 1, maxLength: 200 }),
  type: t.Literal("function"),
  function: t.Object({
    name: t.String({ minLength: 1, maxLength: 64 }),
    arguments: t.String({ maxLength: TEXT_MAX }),
  }),
  extra_content: t.Optional(
    t.Record(t.String(), t.Unknown(), {
      description: "What the model needs back with the call, such as Google's thought signature.",
    }),
  ),
});
export type ToolCall = Static<typeof ToolCall>;

/** A tool that a model may call, with its name and the JSON schema of its arguments. */
export const Tool = t.Object({
  type: t.Literal("function"),
  function: t.Object({
    name: t.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
    description: t.Optional(t.String({ maxLength: 10_000 })),
    parameters: t.Optional(t.Record(t.String(), t.Unknown())),
    strict: t.Optional(t.Boolean()),
  }),
});
export type Tool = Static<typeof Tool>;

export const ToolChoice = t.Union([
  t.Literal("none"),
  t.Literal("auto"),
  t.Literal("required"),
  t.Object({
    type: t.Literal("function"),
    function: t.Object({ name: t.String({ minLength: 1, maxLength: 64 }) }),
  }),
]);
export type ToolChoice = Static<typeof ToolChoice>;

/** The required form of an answer, in OpenAI's format. */
export const ResponseFormat = t.Union([
  t.Object({ type: t.Literal("text") }),
  t.Object({ type: t.Literal("json_object") }),
  t.Object({
    type: t.Literal("json_schema"),
    json_schema: t.Object({
      name: t.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
      description: t.Optional(t.String({ maxLength: 10_000 })),
      schema: t.Record(t.String(), t.Unknown()),
      strict: t.Optional(t.Boolean()),
    }),
  }),
]);
export type ResponseFormat = Static<typeof ResponseFormat>;

/** The log-probability of one token of an answer, and of the most likely alternatives. */
export const TokenLogprob = t.Object({
  token: t.String(),
  logprob: t.Number(),
  top_logprobs: t.Array(t.Object({ token: t.String(), logprob: t.Number() })),
});
export type TokenLogprob = Static<typeof TokenLogprob>;

const MESSAGE_ROLES = ["system", "user", "assistant"] as const;
export const Message = t.Object(
  {
    role: t.Union(MESSAGE_ROLES.map((role) => t.Literal(role))),
    content: t.String({ maxLength: PROMPT_MAX }),
  },
  { additionalProperties: false },
);
export type Message = Static<typeof Message>;

/**
 * A part of a model's reasoning, in OpenRouter's form: `reasoning.text` with its text and signature, or
 * `reasoning.encrypted` with its data. Further fields go back to the model as they came.
 */
export const ReasoningDetail = t.Object(
  {
    type: t.String({ maxLength: 100 }),
    text: t.Optional(Nullable(t.String({ maxLength: TEXT_MAX }))),
    signature: t.Optional(Nullable(t.String({ maxLength: TEXT_MAX }))),
    data: t.Optional(Nullable(t.String({ maxLength: TEXT_MAX }))),
  },
  { additionalProperties: true },
);
export type ReasoningDetail = Static<typeof ReasoningDetail>;

/** The reasoning of an assistant's turn. Models that reason need it back while they call tools. */
export const REASONING_FIELDS = {
  reasoning_content: t.Optional(
    t.String({ maxLength: TEXT_MAX, description: "The model's reasoning, as text." }),
  ),
  reasoning_details: t.Optional(
    t.Array(ReasoningDetail, {
      maxItems: 1000,
      description: "The parts of the reasoning with their signatures, which some models check.",
    }),
  ),
};

/** A message of a conversation that may use tools. Providers receive this form, and it is recorded. */
export const ChatMessage = t.Union([
  Message,
  t.Object({
    role: t.Literal("assistant"),
    content: t.String({ maxLength: PROMPT_MAX }),
    ...REASONING_FIELDS,
    tool_calls: t.Array(ToolCall, { minItems: 1, maxItems: 128 }),
  }),
  t.Object({
    role: t.Literal("assistant"),
    content: t.String({ maxLength: PROMPT_MAX }),
    ...REASONING_FIELDS,
  }),
  t.Object({
    role: t.Literal("tool"),
    content: t.String({ maxLength: PROMPT_MAX }),
    tool_call_id: t.String({ minLength: 1, maxLength: 200 }),
  }),
]);
export type ChatMessage = Static<typeof ChatMessage>;
