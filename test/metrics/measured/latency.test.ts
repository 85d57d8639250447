import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

describe("latency", () => {
  test("is the time of the call in milliseconds, unrounded", async () => {
    expect(await scoredValue("latency", { latency_ms: 812.3456789 })).toBe(812.3456789);
    expect(await scoredValue("latency", { latency_ms: 0 })).toBe(0);
  });

  test("is null with a reason if none was measured", async () => {
    const missing = {
      value: null,
      reason: "no time was measured: the answer came from the request or from a cache",
    };
    expect(await scoreOf("latency", {})).toEqual(missing);
    expect(await scoreOf("latency", { latency_ms: null })).toEqual(missing);
  });

  test("is null if the measured value is not a time", async () => {
    for (const latency_ms of [-1, Number.NaN, Infinity]) {
      expect(await scoreOf("latency", { latency_ms })).toEqual({
        value: null,
        reason: `the measured value ${latency_ms} is not a finite number of at least 0`,
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
