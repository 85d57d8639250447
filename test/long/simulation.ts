import assert from "node:assert/strict";
import { falseWinners } from "../support/equal-models.ts";
import type { Figures, Part } from "./support/part.ts";

const BENCHMARKS = 20_000;
/** What the verdicts promise, and what three standard errors of a share in so many benchmarks allow beyond it. */
const SHARE_MAX = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / BENCHMARKS);

const CASES = {
  two_models: { runs: 2 },
  five_models: { runs: 5 },
  two_models_three_repeats: { runs: 2, repeats: 3 },
};

async function simulate(): Promise<Figures> {
  const shares: Record<string, number> = {};
  for (const [name, models] of Object.entries(CASES))
    shares[name] = await falseWinners({ benchmarks: BENCHMARKS, ...models });
  for (const [name, share] of Object.entries(shares))
    assert.ok(share <= SHARE_MAX, `${name}: ${share} name a false winner, more than ${SHARE_MAX}`);
  return { benchmarks: BENCHMARKS, share_max: SHARE_MAX, shares };
}

export const simulation: Part = {
  name: "simulation",
  description: `${BENCHMARKS} simulated benchmarks of equal models a case: at most 5 % name a false winner`,
  run: simulate,
};
