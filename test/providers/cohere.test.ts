import { expect, test } from "bun:test";
import { createCohere } from "../../src/providers/cohere.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { readDeltas } from "../support/deltas.ts";

const request: CompletionRequest = {
  model: "command-a-03-2025",
  messages: [{ role: "user", content: "hi" }],
};
const answer = (usage: object, finish_reason = "COMPLETE") => ({
  id: "1",
  message: { role: "assistant", content: [{ type: "text", text: "Paris." }] },
  finish_reason,
  usage,
});
const cohere = (body: object) =>
  createCohere({ api_key: "co-0123456789", fetch: async () => Response.json(body) });

test("the usage is what is billed, without Cohere's own preamble", async () => {
  const usage = {
    billed_units: { input_tokens: 12, output_tokens: 7 },
    tokens: { input_tokens: 507, output_tokens: 10 },
    cached_tokens: 448,
  };
  expect((await cohere(answer(usage)).complete(request)).usage).toEqual({
    prompt_tokens: 12,
    completion_tokens: 7,
    total_tokens: 19,
  });
});

test("without billed units it is the tokens", async () => {
  const usage = { tokens: { input_tokens: 507, output_tokens: 10 } };
  expect((await cohere(answer(usage)).complete(request)).usage).toEqual({
    prompt_tokens: 507,
    completion_tokens: 10,
    total_tokens: 517,
  });
});

test.each([
  ["STOP_SEQUENCE", "stop"],
  ["ERROR", "error"],
  ["TIMEOUT", "error"],
  ["A_REASON_OF_TOMORROW", "other"],
] as const)("finish reason %s is %s", async (finish_reason, expected) => {
  const tokens = { input_tokens: 1, output_tokens: 1 };
  const { finish_reason: found } = await cohere(answer({ tokens }, finish_reason)).complete(request);
  expect(found).toBe(expected);
});

test("a tool without arguments is called with an empty object, in a stream too", async () => {
  const call = { id: "f_1", type: "function", function: { name: "f", arguments: "null" } };
  const usage = { tokens: { input_tokens: 3, output_tokens: 1 } };
  const message = { role: "assistant", tool_calls: [call] };
  const whole = await cohere({ id: "1", message, finish_reason: "TOOL_CALL", usage }).complete(request);
  expect(whole.tool_calls?.[0]?.function).toEqual({ name: "f", arguments: "{}" });
  const events = [
    { type: "message-start", id: "1", delta: { message: { role: "assistant" } } },
    {
      type: "tool-call-start",
      index: 0,
      delta: { message: { tool_calls: { ...call, function: { name: "f", arguments: "" } } } },
    },
    { type: "tool-call-end", index: 0 },
    { type: "message-end", delta: { finish_reason: "TOOL_CALL", usage } },
  ];
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const { stream } = createCohere({ api_key: "co-0123456789", fetch: async () => new Response(body) });
  if (!stream) throw new Error("Cohere streams");
  const streamed = await readDeltas(stream(request));
  expect(streamed.tool_calls.map((made) => made.function)).toEqual([{ name: "f", arguments: "{}" }]);
  expect(streamed.completion?.tool_calls).toEqual(streamed.tool_calls);
});
