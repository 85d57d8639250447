import { describe, expect, test } from "bun:test";
import { createEndpoint } from "../../../src/providers/compatible-vendors.ts";
import { readDeltas } from "../../support/deltas.ts";

/** A server of OpenAI's chat completions that answers `Hello` and counts its tokens so, whole or as a stream. */
function counting(usage: object | null | undefined) {
  const choice = { index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" };
  const chunk = (part: object) => `data: ${JSON.stringify({ id: "1", created: 1, model: "m", ...part })}\n\n`;
  const delta = { index: 0, delta: { content: "Hello" }, finish_reason: "stop" };
  const events = [chunk({ choices: [delta] }), chunk({ choices: [], usage }), "data: [DONE]\n\n"].join("");
  return createEndpoint("local", {
    base_url: "http://127.0.0.1:1/v1",
    fetch: async (_url, init) =>
      String(init?.body).includes('"stream":true')
        ? new Response(events, { headers: { "content-type": "text/event-stream" } })
        : Response.json({ id: "1", created: 1, model: "m", choices: [choice], usage }),
  });
}

async function usagesOf(usage: object | null | undefined) {
  const provider = counting(usage);
  const request = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };
  const whole = await provider.complete(request);
  if (!provider.stream) throw new Error("the provider was expected to stream");
  const { completion, error } = await readDeltas(provider.stream(request));
  return [whole.usage, completion ? completion.usage : error];
}

const counts = (prompt_tokens: number, completion_tokens: number, { cached = 0, reasoning = 0 } = {}) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

describe("usage that is no count of tokens is none:", () => {
  test.each([
    ["negative", counts(-5, 3)],
    ["negative completion", counts(5, -3)],
    ["fractional", counts(10.5, 2)],
    ["beyond what any model can read", counts(1e300, 2)],
    ["beyond what any model can write", counts(7, Number.MAX_SAFE_INTEGER)],
    ["of the prompt alone, though something was written", { prompt_tokens: 100 }],
    ["zero", counts(0, 0)],
    ["null", null],
    ["left out", undefined],
  ])("%s", async (_, usage) => {
    expect(await usagesOf(usage)).toEqual([null, null]);
  });
});

describe("a part of a count", () => {
  test("that is larger than its whole was counted beside it", async () => {
    const usage = {
      prompt_tokens: 600,
      completion_tokens: 520,
      total_tokens: 1120,
      cached_tokens: 500,
      reasoning_tokens: 500,
    };
    expect(await usagesOf(counts(100, 20, { cached: 500, reasoning: 500 }))).toEqual([usage, usage]);
  });

  test("that is as large as its whole is all of it", async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      cached_tokens: 100,
      reasoning_tokens: 20,
    };
    expect(await usagesOf(counts(100, 20, { cached: 100, reasoning: 20 }))).toEqual([usage, usage]);
  });

  test.each([-50, 1.5, 1e300])("that is %d is none", async (part) => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    expect(await usagesOf(counts(100, 20, { cached: part, reasoning: part }))).toEqual([usage, usage]);
  });
});
