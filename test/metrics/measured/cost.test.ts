import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

describe("cost", () => {
  test("is the price of the call in US dollars, unrounded", async () => {
    expect(await scoredValue("cost", { cost_usd: 0.000123456789 })).toBe(0.000123456789);
    expect(await scoredValue("cost", { cost_usd: 0 })).toBe(0);
  });

  test("is null with a reason, never 0, if the price is unknown", async () => {
    const unknown = { value: null, reason: "the price of the model is unknown" };
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
