import assert from "node:assert/strict";
import { mcNemarSamplesNeeded } from "../../src/statistics/power.ts";
import { falseEquivalents, powerOf } from "../support/simulations/right-or-wrong.ts";
import { coverageOf, falseWinnersOf, SKEWED_SCORES } from "../support/simulations/skewed-scores.ts";

const BENCHMARKS = 5_000;
const SIZES = [30, 20, 100];
/** The size for which coverage and false winners are promised. */
const PROMISED = 30;
/** Five models: one, or two, worse than the others by just the margin; and each worse than the next by the margin. */
const MODELS = {
  one_worse: [0.6, 0.65, 0.65, 0.65, 0.65],
  two_worse: [0.6, 0.6, 0.65, 0.65, 0.65],
  ladder: [0.55, 0.6, 0.65, 0.7, 0.75],
};

async function skewed() {
  const figures: Record<string, Record<string, number>> = {};
  for (const samples of SIZES) {
    for (const [name, scores] of Object.entries(SKEWED_SCORES)) {
      const simulation = { scores, samples, draws: BENCHMARKS };
      const covered = coverageOf(simulation);
      const both = await falseWinnersOf(simulation, "both");
      const one = await falseWinnersOf(simulation, "one");
      figures[`${name}_${samples}`] = { covered, both_skewed: both, one_skewed: one };
      if (samples !== PROMISED) continue;
      assert.ok(covered >= 0.925, `${name}: ${covered} of the intervals cover`);
      assert.ok(Math.max(both, one) <= 0.065, `${name}: ${Math.max(both, one)} name a false winner`);
    }
  }
  return figures;
}

async function equivalents() {
  const figures: Record<string, number> = {};
  for (const [name, shares] of Object.entries(MODELS)) {
    const simulation = { shares, margin: 0.05, samples: 3_000, benchmarks: BENCHMARKS };
    figures[name] = await falseEquivalents(simulation);
    assert.ok(figures[name] <= 0.06, `${name}: ${figures[name]} name a false equivalence`);
  }
  return figures;
}

/** The plan assumes that 29 % of the answers are discordant; here 28 % are, the median of 29 models. */
async function powers() {
  const figures: Record<string, number> = {};
  for (const difference of [0.03, 0.05, 0.1]) {
    const shares = { only_a: (0.29 + difference) / 2, only_b: (0.29 - difference) / 2 };
    const samples = Math.ceil(mcNemarSamplesNeeded(shares)!);
    const power = await powerOf({ samples, discordant: 0.28, difference, benchmarks: BENCHMARKS });
    figures[`difference_${difference}_n_${samples}`] = power;
    assert.ok(power >= 0.78 && power <= 0.85, `a difference of ${difference} is found with power ${power}`);
  }
  return figures;
}

/** A part of the long tests: the statistics that verdicts and plans promise, by simulation. */
export const statistics = {
  name: "statistics",
  description: `${BENCHMARKS} simulated benchmarks a case: skewed scores, equivalence of five models, the plan's power`,
  run: async () => ({
    benchmarks: BENCHMARKS,
    skewed: await skewed(),
    false_equivalents: await equivalents(),
    power: await powers(),
  }),
};
