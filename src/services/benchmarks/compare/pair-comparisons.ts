import { yieldToEventLoop } from "../../../base/event-loop.ts";
import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { Comparison, PairedTestName } from "../../../domain/benchmarks/comparison.ts";
import { adjustHolm } from "../../../statistics/holm.ts";
import { sum } from "../../../statistics/mean.ts";
import { equivalenceP } from "../../../statistics/paired-test.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type TestedPair, testCorpora, testPair } from "./pair-tests.ts";
import { differencesOf, type PairDesign, type Pairing, sharesClusters } from "./pairing.ts";
import { type Evidence, verdictOf } from "./verdict.ts";

/** What a comparison needs of its metric. */
export type ComparedMetric = Pick<
  ReadyMetric,
  "key" | "better" | "requires" | "range" | "scoreParts" | "cells"
>;

export interface ComparisonDesign extends PairDesign {
  /** The largest difference that does not matter. Without it, no two runs are called equivalent. */
  margin?: number | undefined;
}

/** How all pairs of runs are tested in one metric. */
export interface PairMeasure {
  metric: Pick<ComparedMetric, "scoreParts" | "cells">;
  test: PairedTestName;
  design: PairDesign;
}

interface MeasuredPair {
  pairing: Pairing;
  /** Number of trials that have a score in both runs. */
  n: number;
  difference: number | null;
  tested: TestedPair | null;
}

/** Returns each pair of items once, the earlier item as `a`. */
export const allPairs = <Item>(items: readonly Item[]): { a: Item; b: Item }[] =>
  items.flatMap((a, index) => items.slice(index + 1).map((b) => ({ a, b })));

/**
 * Compares pairs of runs in one metric. `testFor` chooses the test. Holm's adjustments cover the given pairs within
 * the metric: another metric is another question. Differences and equivalences are adjusted apart.
 */
export async function comparePairs(
  metric: ComparedMetric,
  pairings: readonly Pairing[],
  design: ComparisonDesign,
): Promise<Comparison[]> {
  const test = testFor(metric, pairings, design);
  const pairs: MeasuredPair[] = [];
  for (const pairing of pairings) {
    pairs.push(await measurePair(pairing, { metric, test, design }));
    await yieldToEventLoop();
  }
  const alpha = SIGNIFICANCE / Math.max(1, pairs.filter(({ tested }) => tested !== null).length);
  return withEvidence(pairs, design.margin).map((pair) => comparisonOf(metric, { ...pair, test, alpha }));
}

/** Adds the adjusted p-values of each pair. */
function withEvidence(
  pairs: readonly MeasuredPair[],
  margin: number | undefined,
): (MeasuredPair & Pick<AdjustedPair, "p_equivalent" | "evidence">)[] {
  const equivalences = pairs.map(({ tested }) =>
    margin !== undefined && tested ? equivalenceP(tested, margin) : null,
  );
  const p_adjusted = adjustKnown(pairs.map(({ tested }) => tested?.p_value ?? null));
  const p_equivalent_adjusted = adjustKnown(equivalences);
  return pairs.map((pair, index) => ({
    ...pair,
    ...(margin === undefined ? {} : { p_equivalent: equivalences[index]! }),
    evidence: {
      difference: pair.difference,
      p_adjusted: p_adjusted[index]!,
      p_equivalent_adjusted: p_equivalent_adjusted[index]!,
    },
  }));
}

/** Returns Holm's adjusted p-values; pairs that could not be tested do not count. */
function adjustKnown(p_values: readonly (number | null)[]): (number | null)[] {
  const adjusted = adjustHolm(p_values.filter((p_value) => p_value !== null)).values();
  return p_values.map((p_value) => (p_value === null ? null : adjusted.next().value!));
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
  const { scoreParts, cells } = metric;
  if (scoreParts) return { pairing, n, ...(await testCorpora(pair, { scoreParts, cells })) };
  const difference = n === 0 ? null : sum(paired.differences) / n;
  return { pairing, n, difference, tested: testPair(test, pair) };
}

/**
 * Returns the test for all pairs of runs in a metric:
 * - paired bootstrap for corpus metrics, which are not means;
 * - McNemar's for right or wrong answers, if each sample pairs once, else paired t over the clusters;
 * - the bootstrap-t for all else, which may be skewed.
 */
export function testFor(
  { range: [low, high], scoreParts }: Pick<ComparedMetric, "range" | "scoreParts">,
  pairings: readonly Pairing[],
  { clusters }: Pick<PairDesign, "clusters">,
): PairedTestName {
  if (scoreParts) return "paired_bootstrap";
  const sides = new Set(pairings.flatMap(({ a, b }) => [a, b]));
  // A cost of 0 or 1 dollar is not a right or wrong answer.
  if (low !== 0 || high !== 1 || ![...sides].every(({ values }) => isBinary(values)))
    return "paired_bootstrap_t";
  return clusters && pairings.some((pairing) => sharesClusters(pairing, clusters))
    ? "paired_t_clustered"
    : "mcnemar_midp";
}

function isBinary(values: Float64Array): boolean {
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) return false;
  }
  return true;
}

interface AdjustedPair extends MeasuredPair {
  test: PairedTestName;
  /** The level of Holm's strictest step. */
  alpha: number;
  /** Absent without a margin. */
  p_equivalent?: number | null;
  evidence: Evidence;
}

function comparisonOf(metric: ComparedMetric, pair: AdjustedPair): Comparison {
  const { pairing, n, difference, tested, test, alpha, p_equivalent, evidence } = pair;
  const { p_adjusted, p_equivalent_adjusted } = evidence;
  const verdict = verdictOf(metric, evidence);
  const needed = verdict.verdict === null ? null : (tested?.samplesNeeded(alpha) ?? null);
  return {
    metric: metric.key,
    a: pairing.a.label,
    b: pairing.b.label,
    difference,
    ci95: tested?.ci95 ?? null,
    p_value: tested?.p_value ?? null,
    p_adjusted,
    ...(tested?.p_exact === undefined ? {} : { p_exact: tested.p_exact }),
    ...(p_equivalent === undefined ? {} : { p_equivalent, p_equivalent_adjusted }),
    test: tested?.test ?? test,
    n,
    ...verdict,
    ...(tested?.note === undefined ? {} : { note: tested.note }),
    n_needed: wholeSamples(needed),
  };
}

function wholeSamples(needed: number | null): number | null {
  const whole = needed === null ? Number.NaN : Math.ceil(needed);
  return Number.isSafeInteger(whole) ? whole : null;
}
