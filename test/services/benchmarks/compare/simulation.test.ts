import { describe, expect, test } from "bun:test";
import { falseWinners } from "../../../support/equal-models.ts";
import { falseEquivalents } from "../../../support/simulations/right-or-wrong.ts";
import { coverageOf, falseWinnersOf, SKEWED_SCORES } from "../../../support/simulations/skewed-scores.ts";

const benchmarks = 2_000;

test("of 2,000 benchmarks of two equal models 3.5 to 6 % name a false winner", async () => {
  const share = await falseWinners({ benchmarks, runs: 2 });
  expect(share).toBeGreaterThanOrEqual(0.035);
  expect(share).toBeLessThanOrEqual(0.06);
});

test("of three equal models at most 6 % name any", async () => {
  const share = await falseWinners({ benchmarks, runs: 3 });
  expect(share).toBeGreaterThan(0.02);
  expect(share).toBeLessThanOrEqual(0.06);
});

test("with repeats, which come in clusters, too", async () => {
  const share = await falseWinners({ benchmarks, runs: 2, repeats: 3 });
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
