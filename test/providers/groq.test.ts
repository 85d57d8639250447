import { expect, test } from "bun:test";
import { createGroq } from "../../src/providers/groq.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";

const request: CompletionRequest = { model: "llama-3.3-70b", messages: [{ role: "user", content: "hi" }] };
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

test("a stream's usage is read in Groq's own field", async () => {
  const usage = { prompt_tokens: 45, completion_tokens: 2, total_tokens: 47, queue_time: 0.04 };
  const body = [
    event({
      id: "1",
      choices: [{ index: 0, delta: { role: "assistant", content: "hi" }, finish_reason: null }],
    }),
    event({
      id: "1",
      choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
      x_groq: { id: "req_1", usage },
    }),
    "data: [DONE]\n\n",
  ].join("");
  const { stream } = createGroq({ api_key: "key-0123456789", fetch: async () => new Response(body) });
  if (!stream) throw new Error("Groq streams");
  expect((await readDeltas(stream(request))).completion?.usage).toEqual({
    prompt_tokens: 45,
    completion_tokens: 2,
    total_tokens: 47,
  });
});

test("its own status for a tier that is full is overloaded, worth another try", async () => {
  const fetch = async () =>
    Response.json({ error: { message: "Flex tier capacity exceeded" } }, { status: 498 });
  expect(await failureOf(createGroq({ api_key: "key-0123456789", fetch }).complete(request))).toMatchObject({
    reason: "overloaded",
    status: 498,
    retryable: true,
  });
});
