import { yieldToEventLoop } from "../../../base/event-loop.ts";
import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { Comparison, PairedTestName, Verdict } from "../../../domain/benchmarks/comparison.ts";
import { adjustHolm } from "../../../statistics/holm.ts";
import { sum } from "../../../statistics/mean.ts";
import { equivalenceP } from "../../../statistics/paired-test.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type TestedPair, testCorpora, testPair } from "./pair-tests.ts";
import { differencesOf, type PairDesign, type Pairing, sharesClusters } from "./pairing.ts";

/** What a comparison needs of its metric. */
export type ComparedMetric = Pick<ReadyMetric, "key" | "better" | "requires" | "range" | "scoreParts">;

export interface ComparisonDesign extends PairDesign {
  /** The largest difference that does not matter. Without it, no two runs are called equivalent. */
  margin?: number | undefined;
}

/** How all pairs of runs are tested in one metric. */
export interface PairMeasure {
  metric: Pick<ComparedMetric, "scoreParts">;
  test: PairedTestName;
  design: PairDesign;
}

interface MeasuredPair {
  /** Number of trials that have a score in both runs. */
  n: number;
  difference: number | null;
  tested: TestedPair | null;
}

/** Returns each pair of items once, the earlier item as `a`. */
export const allPairs = <Item>(items: readonly Item[]): { a: Item; b: Item }[] =>
  items.flatMap((a, index) => items.slice(index + 1).map((b) => ({ a, b })));

/**
 * Compares pairs of runs in one metric. `testFor` chooses the test. Holm's adjustment covers the given pairs within
 * the metric: another metric is another question.
 */
export async function comparePairs(
  metric: ComparedMetric,
  pairings: readonly Pairing[],
  design: ComparisonDesign,
): Promise<Comparison[]> {
  const test = testFor(metric, pairings, design);
  const pairs: (MeasuredPair & { pairing: Pairing })[] = [];
  for (const pairing of pairings) {
    pairs.push({ pairing, ...(await measurePair(pairing, { metric, test, design })) });
    await yieldToEventLoop();
  }
  const p_values = pairs.flatMap(({ tested }) => tested?.p_value ?? []);
  const adjusted = adjustHolm(p_values);
  const alpha = SIGNIFICANCE / Math.max(1, p_values.length);
  let next = 0;
  return pairs.map((pair) => {
    const p_adjusted = pair.tested ? (adjusted[next++] ?? null) : null;
    return comparisonOf(metric, { ...pair, test, alpha, p_adjusted, margin: design.margin });
  });
}

/** Returns the difference of two runs in a metric, and the result of the test. */
export async function measurePair(
  pairing: Pairing,
  { metric, test, design }: PairMeasure,
): Promise<MeasuredPair> {
  const paired = differencesOf(pairing, design);
  const n = paired.differences.length;
  await yieldToEventLoop();
  const pair = { pairing, paired, design };
  if (metric.scoreParts) return { n, ...(await testCorpora(pair, metric.scoreParts)) };
  const difference = n === 0 ? null : sum(paired.differences) / n;
  return { n, difference, tested: await testPair(test, pair) };
}

/**
 * Returns the test for all pairs of runs in a metric:
 * - paired bootstrap for times, which are skewed, and for corpus metrics, which are not means;
 * - McNemar's for right or wrong answers, if each sample pairs once;
 * - paired t for all else, and for all that comes in clusters.
 */
export function testFor(
  { requires, range: [low, high], scoreParts }: Pick<ComparedMetric, "requires" | "range" | "scoreParts">,
  pairings: readonly Pairing[],
  { clusters }: Pick<PairDesign, "clusters">,
): PairedTestName {
  if (scoreParts || requires.includes("timing")) return "paired_bootstrap";
  if (clusters && pairings.some((pairing) => sharesClusters(pairing, clusters))) return "paired_t_clustered";
  // A cost of 0 or 1 dollar is not a right or wrong answer.
  if (low !== 0 || high !== 1) return "paired_t";
  const sides = new Set(pairings.flatMap(({ a, b }) => [a, b]));
  return [...sides].every(({ values }) => isBinary(values)) ? "mcnemar_midp" : "paired_t";
}

function isBinary(values: Float64Array): boolean {
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) return false;
  }
  return true;
}

interface AdjustedPair extends MeasuredPair {
  pairing: Pairing;
  test: PairedTestName;
  p_adjusted: number | null;
  /** The level of Holm's strictest step. */
  alpha: number;
  margin: number | undefined;
}

function comparisonOf({ key, better }: ComparedMetric, pair: AdjustedPair): Comparison {
  const { pairing, n, difference, tested, test, p_adjusted, alpha, margin } = pair;
  const p_equivalent = margin !== undefined && tested ? equivalenceP(tested, margin) : null;
  return {
    metric: key,
    a: pairing.a.label,
    b: pairing.b.label,
    difference,
    ci95: tested?.ci95 ?? null,
    p_value: tested?.p_value ?? null,
    p_adjusted,
    ...(tested?.p_exact === undefined ? {} : { p_exact: tested.p_exact }),
    ...(margin === undefined ? {} : { p_equivalent }),
    test,
    n,
    verdict: verdictOf(better, { difference, p_adjusted, p_equivalent }),
    n_needed: wholeSamples(tested?.samplesNeeded(alpha) ?? null),
  };
}

interface Evidence {
  difference: number | null;
  p_adjusted: number | null;
  p_equivalent: number | null;
}

/** Returns the verdict. A difference within the margin is `equivalent`, even if it is significantly not 0. */
function verdictOf(
  better: ComparedMetric["better"],
  { difference, p_adjusted, p_equivalent }: Evidence,
): Verdict {
  if (p_equivalent !== null && p_equivalent < SIGNIFICANCE) return "equivalent";
  if (difference === null || p_adjusted === null || p_adjusted >= SIGNIFICANCE) return "inconclusive";
  return difference > 0 === (better === "higher") ? "better" : "worse";
}

function wholeSamples(needed: number | null): number | null {
  const whole = needed === null ? Number.NaN : Math.ceil(needed);
  return Number.isSafeInteger(whole) ? whole : null;
}
