import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { allPairs, comparePairs } from "../../../../src/services/benchmarks/compare/pair-comparisons.ts";
import type { Side } from "../../../../src/services/benchmarks/compare/pairing.ts";
import { readyMetric } from "../../../support/metrics.ts";
import { falseEquivalents } from "../../../support/simulations/right-or-wrong.ts";
import { coverageOf, falseWinnersOf, SKEWED_SCORES } from "../../../support/simulations/skewed-scores.ts";

const BENCHMARKS = 2_000;
const SAMPLES = 100;
const SEED = "equal models";

/** A simulated benchmark: equally good models, each right by chance, on samples that are as hard for all of them. */
function benchmarkOf(runs: number, repeats: number, random: () => number): Side[] {
  const rates = Array.from({ length: SAMPLES }, () => 0.5 + 0.5 * random());
  return Array.from({ length: runs }, (_, run) => ({
    label: `mock ${run}`,
    values: Float64Array.from({ length: SAMPLES * repeats }, (_, place) =>
      random() < rates[place % SAMPLES]! ? 1 : 0,
    ),
  }));
}

/** Returns the share of benchmarks of equal models in which any model is called better or worse. */
async function falseWinners(runs: number, repeats = 1): Promise<number> {
  const random = createRandom(`${SEED}:${runs}:${repeats}`);
  const clusters =
    repeats === 1
      ? undefined
      : Uint32Array.from({ length: SAMPLES * repeats }, (_, place) => place % SAMPLES);
  let found = 0;
  for (let benchmark = 0; benchmark < BENCHMARKS; benchmark++) {
    const pairs = allPairs(benchmarkOf(runs, repeats, random));
    const comparisons = await comparePairs(readyMetric("accuracy"), pairs, {
      clusters,
      samples: SAMPLES,
      seed: 0,
    });
    if (comparisons.some(({ verdict }) => verdict === "better" || verdict === "worse")) found++;
  }
  return found / BENCHMARKS;
}

test("of 2,000 benchmarks of two equal models 3.5 to 6 % name a false winner", async () => {
  const share = await falseWinners(2);
  expect(share).toBeGreaterThanOrEqual(0.035);
  expect(share).toBeLessThanOrEqual(0.06);
});

test("of three equal models at most 6 % name any", async () => {
  const share = await falseWinners(3);
  expect(share).toBeGreaterThan(0.02);
  expect(share).toBeLessThanOrEqual(0.06);
});

test("with repeats, which come in clusters, too", async () => {
  const share = await falseWinners(2, 3);
  expect(share).toBeGreaterThanOrEqual(0.035);
  expect(share).toBeLessThanOrEqual(0.06);
});

describe("of 300 benchmarks over 30 samples with skewed scores", () => {
  const thirty = { samples: 30, draws: 300 };
  test.each(Object.entries(SKEWED_SCORES))(
    "%s: intervals cover, and few name a false winner",
    async (_, scores) => {
      expect(coverageOf({ ...thirty, scores })).toBeGreaterThanOrEqual(0.925);
      expect(await falseWinnersOf({ ...thirty, scores }, "both")).toBeLessThanOrEqual(0.065);
      expect(await falseWinnersOf({ ...thirty, scores }, "one")).toBeLessThanOrEqual(0.065);
    },
  );
});

test("of 300 benchmarks of five models at most 6 % call two equivalent that are not", async () => {
  const shares = [0.6, 0.6, 0.65, 0.65, 0.65];
  const design = { shares, margin: 0.05, samples: 3_000, benchmarks: 300 };
  expect(await falseEquivalents(design)).toBeLessThanOrEqual(0.06);
});
