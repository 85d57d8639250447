import { describe, expect, test } from "bun:test";
import { binomialCdf, binomialPmf } from "../../src/statistics/binomial.ts";
import { wilsonInterval } from "../../src/statistics/interval.ts";
import { expectClose, expectRelative } from "./expect-close.ts";
import reference from "./references/binomial.json";

/** Below this a double has no full precision any more. */
const SMALL = 1e-290;

test(`probabilities agree to 1e-9 of the value with ${reference.source}`, () => {
  expect(reference.cases.length).toBeGreaterThan(50);
  for (const [successes, count, probability, pmf, cdf, r_pmf, r_cdf] of reference.cases) {
    for (const known of [pmf!, r_pmf!]) {
      if (known > SMALL) expectRelative(binomialPmf(successes!, count!, probability!), known);
      else expect(binomialPmf(successes!, count!, probability!)).toBeLessThanOrEqual(SMALL);
    }
    for (const known of [cdf!, r_cdf!]) {
      if (known > SMALL) expectRelative(binomialCdf(successes!, count!, probability!), known);
      else expect(binomialCdf(successes!, count!, probability!)).toBeLessThanOrEqual(SMALL);
    }
  }
});

test("the probability is 0 outside 0 to count, and sums to 1 within", () => {
  expect([binomialPmf(-1, 5, 0.5), binomialPmf(6, 5, 0.5), binomialCdf(-1, 5, 0.5)]).toEqual([0, 0, 0]);
  expect([binomialCdf(5, 5, 0.5), binomialCdf(9, 5, 0.5)]).toEqual([1, 1]);
  expect([binomialPmf(0, 5, 0), binomialPmf(1, 5, 0), binomialPmf(5, 5, 1), binomialPmf(4, 5, 1)]).toEqual([
    1, 0, 1, 0,
  ]);
  for (const probability of [0.5, 0.86, 0.001]) {
    let sum = 0;
    for (let successes = 0; successes <= 300; successes++) sum += binomialPmf(successes, 300, probability);
    expectClose(sum, 1, 1e-13);
  }
});

describe("the coverage of Wilson's interval, summed exactly", () => {
  const coverage = (count: number, share: number): number => {
    let covered = 0;
    for (let successes = 0; successes <= count; successes++) {
      const [lower, upper] = wilsonInterval(successes, count) ?? [1, 0];
      if (lower <= share && share <= upper) covered += binomialPmf(successes, count, share);
    }
    return covered;
  };

  test.each([
    [0.5, 0.94311],
    [0.86, 0.941],
    [0.98, 0.94917],
  ])("at n = 100 and p = %p is %p", (share, known) => {
    expect(Number(coverage(100, share).toFixed(5))).toBe(known);
  });
});
