import type { ProviderCompletion } from "../../src/domain/completions/completion.ts";
import { createAnswerReader } from "../../src/providers/openai-wire/answer-reader.ts";
import { createBodyReader } from "../../src/providers/openai-wire/body-reader.ts";
import type { WireCall } from "../../src/providers/openai-wire/call.ts";
import type { CompletionDelta } from "../../src/providers/provider.ts";

export const ACCOUNT = {
  name: "acme",
  title: "Acme",
  key_variable: "ACME_API_KEY",
  secrets: ["acme-key-0123456789"],
};

/** A call for one answer without log-probabilities. `more` may say otherwise. */
export const wireCall = (more: Partial<WireCall> = {}): WireCall => ({
  account: ACCOUNT,
  dialect: {},
  model: "asked-model",
  count: 1,
  top_logprobs: undefined,
  warnings: [],
  headers: () => ({}),
  ...more,
});

/** A server-sent event without a name. */
export const event = (value: unknown): string =>
  `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;

export const DONE = event("[DONE]");

/** A chunk with one choice of index 0. */
export const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: "c-1",
  object: "chat.completion.chunk",
  model: "answering-model",
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

/** A whole answer with one choice of index 0. */
export const whole = (message: object, finish_reason: string | null = "stop", more: object = {}) => ({
  id: "c-1",
  object: "chat.completion",
  model: "answering-model",
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
  ...more,
});

export interface Read {
  completion: ProviderCompletion;
  deltas: CompletionDelta[];
}

/** Reads a body that comes in those pieces, as a stream or as a whole answer. Throws as the reading does. */
export function readBody(pieces: readonly string[], call: Partial<WireCall> = {}, streams = true): Read {
  const deltas: CompletionDelta[] = [];
  const push = (delta: CompletionDelta) => void deltas.push(delta);
  const answer = createAnswerReader(wireCall(call), streams ? push : undefined);
  const body = createBodyReader(answer, ACCOUNT, "text/plain");
  for (const piece of pieces) body.feed(piece);
  body.end();
  return { completion: answer.end(), deltas };
}

/** Reads JSON values as a stream's events. */
export const readChunks = (values: readonly unknown[], call: Partial<WireCall> = {}): Read =>
  readBody([...values.map(event), DONE], call);

/** Reads one JSON value as a whole answer. */
export const readWhole = (value: unknown, call: Partial<WireCall> = {}): ProviderCompletion =>
  readBody([JSON.stringify(value)], call, false).completion;
