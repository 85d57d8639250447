import { createRandom } from "../../src/base/random.ts";
import { allPairs, comparePairs } from "../../src/services/benchmarks/compare/pair-comparisons.ts";
import type { Side } from "../../src/services/benchmarks/compare/pairing.ts";
import { readyMetric } from "./metrics.ts";

const SAMPLES = 100;
const SEED = "equal models";

interface Simulation {
  benchmarks: number;
  /** Models in each benchmark. */
  runs: number;
  repeats?: number;
}

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

/**
 * Returns the share (0 to 1) of simulated benchmarks in which a model is called better or worse than another, although
 * all are equally good.
 */
export async function falseWinners({ benchmarks, runs, repeats = 1 }: Simulation): Promise<number> {
  const random = createRandom(`${SEED}:${runs}:${repeats}`);
  const clusters =
    repeats === 1
      ? undefined
      : Uint32Array.from({ length: SAMPLES * repeats }, (_, place) => place % SAMPLES);
  let found = 0;
  for (let benchmark = 0; benchmark < benchmarks; benchmark++) {
    const pairs = allPairs(benchmarkOf(runs, repeats, random));
    const comparisons = await comparePairs(readyMetric("accuracy"), pairs, {
      clusters,
      samples: SAMPLES,
      seed: 0,
    });
    if (comparisons.some(({ verdict }) => verdict === "better" || verdict === "worse")) found++;
  }
  return found / benchmarks;
}
