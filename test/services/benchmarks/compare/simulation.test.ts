import { expect, test } from "bun:test";
import { falseWinners } from "../../../support/equal-models.ts";

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
