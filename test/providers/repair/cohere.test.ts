import { expect, test } from "bun:test";
import { createCohere } from "../../../src/providers/cohere.ts";
import { readStream } from "../../support/deltas.ts";
import { eventStream } from "../../support/upstream/scripted.ts";

test("events of an unknown type are passed over", async () => {
  const usage = {
    billed_units: { input_tokens: 5, output_tokens: 2 },
    tokens: { input_tokens: 9, output_tokens: 2 },
  };
  const send = async () =>
    eventStream([
      { type: "message-start", id: "1" },
      { type: "safety-report", delta: {} },
      { type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } },
      { type: "content-delta", index: 0, delta: { message: { content: { text: "Yes" } } } },
      { type: "content-end", index: 0 },
      { type: "message-end", delta: { finish_reason: "COMPLETE", usage } },
    ]);
  const provider = createCohere({ api_key: "co-0123456789", fetch: send });
  const request = { model: "command-a", messages: [{ role: "user" as const, content: "U" }] };
  const { texts, completion, error } = await readStream(provider, request);
  expect(error).toBeNull();
  expect(texts).toEqual(["Yes"]);
  expect(completion?.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 2 });
});
