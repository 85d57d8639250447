import { createRandom } from "../../../src/base/random.ts";
import { allPairs, comparePairs } from "../../../src/services/benchmarks/compare/pair-comparisons.ts";
import type { Side } from "../../../src/services/benchmarks/compare/pairing.ts";
import { readyMetric } from "../metrics.ts";

const accuracy = readyMetric("accuracy");

/** Samples that all models find equally hard: with it, two models of 65 % differ on 28 % of the samples. */
const SHARED = 0.4;

/** Returns one simulated run per share of right answers. On some samples a better model is right where a worse one is. */
function runsOf(shares: readonly number[], samples: number, random: () => number): Side[] {
  const values = shares.map(() => new Float64Array(samples));
  for (let place = 0; place < samples; place++) {
    const shared = random() < SHARED ? random() : null;
    for (const [run, share] of shares.entries()) values[run]![place] = (shared ?? random()) < share ? 1 : 0;
  }
  return values.map((answers, run) => ({ label: `run ${run}`, values: answers }));
}

interface EquivalenceSimulation {
  /** The true share of right answers of each run. */
  shares: readonly number[];
  margin: number;
  samples: number;
  benchmarks: number;
}

/** Returns the share of benchmarks that call any two runs equivalent whose true difference is the margin or more. */
export async function falseEquivalents(simulation: EquivalenceSimulation): Promise<number> {
  const { shares, margin, samples, benchmarks } = simulation;
  const random = createRandom(`equivalents:${shares}`);
  const differ = allPairs(shares).map(({ a, b }) => Math.abs(a - b) >= margin - 1e-9);
  let found = 0;
  for (let seed = 0; seed < benchmarks; seed++) {
    const pairs = allPairs(runsOf(shares, samples, random));
    const comparisons = await comparePairs(accuracy, pairs, { seed, margin });
    if (comparisons.some(({ verdict }, pair) => differ[pair] && verdict === "equivalent")) found++;
  }
  return found / benchmarks;
}

interface PowerSimulation {
  samples: number;
  /** Share of the samples that only one of the two runs answers rightly. */
  discordant: number;
  /** The true difference of the shares of right answers. */
  difference: number;
  benchmarks: number;
}

/** Returns the share of benchmarks that find the better one of two runs. */
export async function powerOf(simulation: PowerSimulation): Promise<number> {
  const { samples, discordant, difference, benchmarks } = simulation;
  const random = createRandom(`power:${samples}`);
  let found = 0;
  for (let seed = 0; seed < benchmarks; seed++) {
    const [a, b] = [new Float64Array(samples), new Float64Array(samples)];
    for (let place = 0; place < samples; place++) {
      const drawn = random();
      if (drawn < (discordant + difference) / 2) a[place] = 1;
      else if (drawn < discordant) b[place] = 1;
    }
    const sides = { a: { label: "a", values: a }, b: { label: "b", values: b } };
    const [comparison] = await comparePairs(accuracy, [sides], { seed });
    if (comparison!.verdict === "better") found++;
  }
  return found / benchmarks;
}
