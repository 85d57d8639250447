import { describe, expect, test } from "bun:test";
import { normalQuantile, normalTail } from "../../src/statistics/normal.ts";
import { expectRelative } from "./expect-close.ts";
import reference from "./references/normal.json";

describe(`the normal distribution agrees to 1e-9 of the value with ${reference.source}:`, () => {
  test("P(Z ≤ z), the upper tail of -z", () => {
    for (const [value, ...known] of reference.cdf) {
      for (const each of known) expectRelative(normalTail(-value!), each);
    }
  });

  test("quantiles", () => {
    expect(reference.cdf.length + reference.quantile.length).toBeGreaterThan(50);
    for (const [probability, ...known] of reference.quantile) {
      for (const each of known) expectRelative(normalQuantile(probability!), each);
    }
  });
});
