import type { AnswerRepair } from "./repaired-answers.ts";

/** The events of a stream that carry an answer; any other would end the stream in the package. */
const EVENTS: ReadonlySet<unknown> = new Set([
  "message-start",
  "content-start",
  "content-delta",
  "content-end",
  "tool-plan-delta",
  "tool-call-start",
  "tool-call-delta",
  "tool-call-end",
  "message-end",
]);

/** Creates the repair of one answer of Cohere's chat API: unknown events are left out. */
export const createCohereRepair = (): AnswerRepair => ({
  event: (value) => (EVENTS.has(value.type) || !("type" in value) ? value : undefined),
  body: (value) => value,
});
