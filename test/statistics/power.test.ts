import { describe, expect, test } from "bun:test";
import { binomialPmf } from "../../src/statistics/binomial.ts";
import { mcNemar } from "../../src/statistics/mcnemar.ts";
import {
  mcNemarLeast,
  mcNemarSamplesNeeded,
  mcNemarSmallestDifference,
  pairedTSamplesNeeded,
  samplesNeeded,
  sdOfBinaryDifference,
  signTestLeast,
  smallestDetectableDifference,
} from "../../src/statistics/power.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/power.json";

type Case = [number, number, number[] | null, number, number, number, number];
type McNemarCase = [number, number, number, number, number, number, number | null];

const repeatsOf = ([variance_a, count_a, variance_b, count_b]: number[]) =>
  ({ variance_a, count_a, variance_b, count_b }) as Record<
    "variance_a" | "count_a" | "variance_b" | "count_b",
    number
  >;

describe(`sample sizes agree with ${reference.source}:`, () => {
  test("of paired means", () => {
    expect(reference.cases.length).toBeGreaterThan(50);
    for (const [difference, sd, repeats, alpha, power, samples, smallest] of reference.cases as Case[]) {
      const spread = { sd, ...(repeats ? { repeats: repeatsOf(repeats) } : {}) };
      expectClose(samplesNeeded(difference, spread, { alpha, power }), samples);
      expectClose(smallestDetectableDifference(samples, spread, { alpha, power }), smallest);
    }
  });

  test("of McNemar's test", () => {
    expect(reference.mcnemar.cases.length).toBeGreaterThan(50);
    for (const [only_a, only_b, alpha, power, samples, of_samples, smallest] of reference.mcnemar
      .cases as McNemarCase[]) {
      expectClose(mcNemarSamplesNeeded({ only_a, only_b }, { alpha, power }), samples);
      const actual = mcNemarSmallestDifference(of_samples, only_a + only_b, { alpha, power });
      if (smallest === null) expect(actual).toBeNull();
      else expectClose(actual, smallest);
    }
  });
});

test(`the sample size of paired t, whose spread is estimated, is exact to within one: ${reference.paired_t.source}`, () => {
  expect(reference.paired_t.cases.length).toBeGreaterThan(50);
  for (const [effect = 0, alpha = 0, power = 0, samples = 0] of reference.paired_t.cases) {
    const less = samples - (pairedTSamplesNeeded(effect, 1, { alpha, power }) ?? 0);
    expect({ effect, alpha, power, near: Math.abs(less) <= 1 }).toMatchObject({ near: true });
  }
});

test("the sample size is at least the smallest that can be significant", () => {
  for (const alpha of [0.05, 0.05 / 3, 0.001]) {
    const [least, of_sign] = [mcNemarLeast(alpha), signTestLeast(alpha)];
    expect(mcNemar(least, 0).p_midp).toBeLessThan(alpha);
    expect(mcNemar(least - 1, 0).p_midp).toBeGreaterThanOrEqual(alpha);
    expect(2 ** (1 - of_sign)).toBeLessThan(alpha);
    expect(2 ** (2 - of_sign)).toBeGreaterThanOrEqual(alpha);
  }
});

test("no number of samples finds a difference of 0", () => {
  expect(pairedTSamplesNeeded(0, 1)).toBeNull();
  expect(samplesNeeded(0, { sd: 1 })).toBeNull();
  expect(mcNemarSamplesNeeded({ only_a: 0.1, only_b: 0.1 })).toBeNull();
});

test("the smallest difference is the inverse of the sample size", () => {
  const smallest = smallestDetectableDifference(640, { sd: 0.4 });
  expectClose(samplesNeeded(smallest, { sd: 0.4 }), 640, 1e-12);
  const difference = mcNemarSmallestDifference(640, 0.2) ?? 0;
  const [only_a, only_b] = [(0.2 + difference) / 2, (0.2 - difference) / 2];
  expectClose(mcNemarSamplesNeeded({ only_a, only_b }), 640, 1e-12);
});

test("a hundred independent answers at 86 % find only 14 points", () => {
  const smallest = smallestDetectableDifference(100, { sd: sdOfBinaryDifference(0.86, 0.86) });
  expect(smallest).toBeCloseTo(0.1375, 3);
  expect(smallestDetectableDifference(100, { sd: sdOfBinaryDifference(0.86, 0.86, 0.5) })).toBeCloseTo(
    0.0972,
    3,
  );
});

test("McNemar's mid-p test has its power at the computed sample size", () => {
  const [only_a, only_b] = [0.12, 0.06];
  const samples = Math.ceil(mcNemarSamplesNeeded({ only_a, only_b }) ?? 0);
  const discordant = only_a + only_b;
  let power = 0;
  for (let count = 0; count <= samples; count++) {
    const chance = binomialPmf(count, samples, discordant);
    if (chance < 1e-9) continue;
    for (let first = 0; first <= count; first++) {
      const isFound = mcNemar(first, count - first).p_midp < 0.05 && 2 * first > count;
      if (isFound) power += chance * binomialPmf(first, count, only_a / discordant);
    }
  }
  expect(Math.abs(power - 0.8)).toBeLessThan(0.015);
});
