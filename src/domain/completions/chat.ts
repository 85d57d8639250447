import { type Static, t } from "elysia";
import { TEXT_MAX } from "../fields.ts";

/** A tool call that a model requested, in OpenAI's form. `arguments` is JSON text, exactly as the model wrote it. */
export const ToolCall = t.Object({
  id: t.String({ minLength: 1, maxLength: 200 }),
  type: t.Literal("function"),
  function: t.Object({
    name: t.String({ minLength: 1, maxLength: 64 }),
    arguments: t.String({ maxLength: TEXT_MAX }),
  }),
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
  { role: t.Union(MESSAGE_ROLES.map((role) => t.Literal(role))), content: t.String({ maxLength: TEXT_MAX }) },
  { additionalProperties: false },
);
export type Message = Static<typeof Message>;

const ReasoningContent = t.Optional(
  t.String({
    maxLength: TEXT_MAX,
    description: "The model's reasoning. Reasoning models need it back while they call tools.",
  }),
);

/** A message of a conversation that may use tools. Providers receive this form, and it is recorded. */
export const ChatMessage = t.Union([
  Message,
  t.Object({
    role: t.Literal("assistant"),
    content: t.String({ maxLength: TEXT_MAX }),
    reasoning_content: ReasoningContent,
    tool_calls: t.Array(ToolCall, { minItems: 1, maxItems: 128 }),
  }),
  t.Object({
    role: t.Literal("assistant"),
    content: t.String({ maxLength: TEXT_MAX }),
    reasoning_content: ReasoningContent,
  }),
  t.Object({
    role: t.Literal("tool"),
    content: t.String({ maxLength: TEXT_MAX }),
    tool_call_id: t.String({ minLength: 1, maxLength: 200 }),
  }),
]);
export type ChatMessage = Static<typeof ChatMessage>;
