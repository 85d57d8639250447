import { createRandom } from "../../../src/base/random.ts";
import { mean } from "../../../src/metrics/summary.ts";
import { comparePairs } from "../../../src/services/benchmarks/compare/pair-comparisons.ts";
import { readyMetric } from "../metrics.ts";

/** A distribution of scores with its mean. */
export interface Scores {
  mean: number;
  draw(random: () => number): number;
}

/** Draws a standard normal number (Box & Muller, Ann. Math. Stat. 29, 1958). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const exponential = (random: () => number): number => -Math.log(1 - random());

/** Draws from Beta(½, 2): G(½) / (G(½) + G(2)), where G(½) is half a squared normal number. */
function beta(random: () => number): number {
  const half = normal(random) ** 2 / 2;
  return half / (half + exponential(random) + exponential(random));
}

export const SKEWED_SCORES = {
  exponential: { mean: 1, draw: exponential },
  beta: { mean: 0.2, draw: beta },
  log_normal: { mean: Math.exp(0.5), draw: (random) => Math.exp(normal(random)) },
} satisfies Record<string, Scores>;

interface Simulation {
  scores: Scores;
  /** Scores of each run. */
  samples: number;
  /** Number of simulated runs, or benchmarks. */
  draws: number;
}

const drawn = ({ scores, samples }: Simulation, random: () => number): Float64Array =>
  Float64Array.from({ length: samples }, () => scores.draw(random));

const SCALE = { unit: "score", better: "higher", range: [0, null] } as const;

/** Returns the share of runs whose 95 % interval covers the true mean. */
export function coverageOf(simulation: Simulation): number {
  const random = createRandom(`coverage:${simulation.samples}`);
  const { draws, scores } = simulation;
  let covered = 0;
  for (let draw = 0; draw < draws; draw++) {
    const [low, high] = mean(drawn(simulation, random), SCALE).ci95!;
    if (low <= scores.mean && scores.mean <= high) covered++;
  }
  return covered / draws;
}

/**
 * Returns the share of benchmarks of two equally good runs in which one is called better. Both have skewed scores, or
 * only one has: then the differences are as skewed as the scores.
 */
export async function falseWinnersOf(simulation: Simulation, skewed: "both" | "one"): Promise<number> {
  const random = createRandom(`winners:${skewed}:${simulation.samples}`);
  const { draws, scores, samples } = simulation;
  const metric = { ...readyMetric("f1"), range: SCALE.range };
  let found = 0;
  for (let seed = 0; seed < draws; seed++) {
    const a = { label: "a", values: drawn(simulation, random) };
    const constant = new Float64Array(samples).fill(scores.mean);
    const b = { label: "b", values: skewed === "both" ? drawn(simulation, random) : constant };
    const [comparison] = await comparePairs(metric, [{ a, b }], { seed });
    if (comparison!.verdict !== "inconclusive") found++;
  }
  return found / draws;
}
