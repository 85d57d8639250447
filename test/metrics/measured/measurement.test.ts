import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

describe("latency", () => {
  test("is the time of the call in milliseconds, unrounded", async () => {
    expect(await scoredValue("latency", { latency_ms: 812.3456789 })).toBe(812.3456789);
    expect(await scoredValue("latency", { latency_ms: 0 })).toBe(0);
  });

  test("is null with a reason where none was measured", async () => {
    const missing = { value: null, reason: "no time was measured: the answer was not called for here" };
    expect(await scoreOf("latency", {})).toEqual(missing);
    expect(await scoreOf("latency", { latency_ms: null })).toEqual(missing);
  });

  test("is null where what was measured is no time", async () => {
    for (const latency_ms of [-1, Number.NaN, Infinity]) {
      expect(await scoreOf("latency", { latency_ms })).toEqual({
        value: null,
        reason: `${latency_ms} is no amount`,
      });
    }
  });

  test("sums up as mean and percentiles, without an interval", () => {
    const values = Float64Array.from({ length: 101 }, (_, index) => 1000 - index * 10);
    expect(metricOf("latency").summarize(values)).toEqual({
      value: 500,
      n: 101,
      unit: "ms",
      better: "lower",
      p50: 500,
      p95: 950,
      p99: 990,
    });
  });
});

describe("cost", () => {
  test("is the price of the call in US dollars, unrounded", async () => {
    expect(await scoredValue("cost", { cost_usd: 0.000123456789 })).toBe(0.000123456789);
    expect(await scoredValue("cost", { cost_usd: 0 })).toBe(0);
  });

  test("is null with a reason where the price is not known, never 0", async () => {
    const unknown = { value: null, reason: "the price of the call is not known" };
    expect(await scoreOf("cost", {})).toEqual(unknown);
    expect(await scoreOf("cost", { cost_usd: null })).toEqual(unknown);
  });

  test("sums up as mean and total", () => {
    expect(metricOf("cost").summarize(Float64Array.of(0.25, 0.5, 0.75))).toEqual({
      value: 0.5,
      n: 3,
      unit: "usd",
      better: "lower",
      total: 1.5,
    });
  });
});
