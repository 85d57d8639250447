import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const usage = (completion_tokens: number, more = {}) => ({
  prompt_tokens: 5,
  completion_tokens,
  total_tokens: 5 + completion_tokens,
  ...more,
});
const call = { latency_ms: 1200, ttft_ms: 200, usage: usage(11) };

describe("the speed of a call, as vLLM's serving benchmark defines it", () => {
  test("ttft is the time to the first piece", async () => {
    expect(await scoredValue("ttft", call)).toBe(200);
    expect(await scoreOf("ttft", { ...call, ttft_ms: null })).toMatchObject({
      value: null,
      reason: expect.stringContaining("the answer was not streamed"),
    });
  });

  test("tpot is the rest of the time over the tokens after the first", async () => {
    expect(await scoredValue("tpot", call)).toBe(100);
    expect(await scoreOf("tpot", { ...call, usage: usage(1) })).toEqual({
      value: null,
      reason: "the answer has fewer than two tokens",
    });
  });

  test("tpot ignores reasoning tokens, which precede the first piece", async () => {
    expect(await scoredValue("tpot", { ...call, usage: usage(111, { reasoning_tokens: 100 }) })).toBe(100);
  });

  test("tokens_per_second is all tokens over the whole time", async () => {
    expect(await scoredValue("tokens_per_second", { ...call, usage: usage(12) })).toBe(10);
    expect(await scoredValue("tokens_per_second", { ...call, latency_ms: null })).toBeNull();
  });

  test.each(["tpot", "tokens_per_second"])("%s does not use an estimate of the tokens", async (name) => {
    for (const counted of [usage(11, { estimated: true }), null])
      expect(await scoreOf(name, { ...call, usage: counted })).toEqual({
        value: null,
        reason: "the provider did not count the tokens",
      });
  });

  test("sums up with percentiles", () => {
    const summary = metricOf("ttft").summarize(Float64Array.of(10, 20, 30));
    expect(summary).toMatchObject({ value: 20, p50: 20, n: 3, unit: "ms" });
  });
});
