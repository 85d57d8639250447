import { yieldToEventLoop } from "../../../base/event-loop.ts";
import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { Comparison, PairedTestName, Verdict } from "../../../domain/benchmarks/comparison.ts";
import { adjustHolm } from "../../../statistics/holm.ts";
import { sum } from "../../../statistics/mean.ts";
import { equivalenceP } from "../../../statistics/paired-test.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import {
  differencesOf,
  type PairDesign,
  type Pairing,
  type Side,
  sharesClusters,
  type TestedPair,
  testCorpora,
  testPair,
} from "./pairing.ts";

/** What a comparison takes from its metric. */
export type ComparedMetric = Pick<ReadyMetric, "key" | "better" | "requires" | "range" | "scoreParts">;

export interface ComparisonDesign extends PairDesign {
  /** Differences within it don't matter; without one no two runs are called equivalent. */
  margin?: number | undefined;
}

interface Tested {
  pairing: Pairing;
  n: number;
  difference: number | null;
  tested: TestedPair | null;
}

/** Each two runs once, the earlier one as `a`. */
export const allPairs = (sides: readonly Side[]): Pairing[] =>
  sides.flatMap((a, index) => sides.slice(index + 1).map((b) => ({ a, b })));

/**
 * Compares runs in one metric, pair by pair. Times are skewed, and a corpus metric is no mean: paired bootstrap. Right or wrong, each sample paired
 * once: McNemar. All else, and whatever comes in clusters: paired t. Holm's adjustment is over the pairs given, within
 * the metric: another metric is another question.
 */
export async function comparePairs(
  metric: ComparedMetric,
  pairings: readonly Pairing[],
  design: ComparisonDesign,
): Promise<Comparison[]> {
  const test = testFor(metric, pairings, design);
  const pairs: Tested[] = [];
  for (const pairing of pairings) {
    pairs.push({ pairing, ...(await measurePair(test, metric, pairing, design)) });
    await yieldToEventLoop();
  }
  const p_values = pairs.flatMap(({ tested }) => tested?.p_value ?? []);
  const adjusted = adjustHolm(p_values);
  let next = 0;
  return pairs.map((pair) =>
    comparisonOf(metric, test, pair, {
      p_adjusted: pair.tested ? (adjusted[next++] ?? null) : null,
      alpha: SIGNIFICANCE / Math.max(1, p_values.length),
      margin: design.margin,
    }),
  );
}

/** How two runs stand in a metric, and what a test says of it. */
export async function measurePair(
  test: PairedTestName,
  { scoreParts }: Pick<ComparedMetric, "scoreParts">,
  pairing: Pairing,
  design: PairDesign,
): Promise<Omit<Tested, "pairing">> {
  const paired = differencesOf(pairing, design);
  const n = paired.differences.length;
  await yieldToEventLoop();
  if (scoreParts) return { n, ...(await testCorpora(pairing, paired, scoreParts, design)) };
  const difference = n === 0 ? null : sum(paired.differences) / n;
  return { n, difference, tested: await testPair(test, pairing, paired, design) };
}

/** The test for a pair of runs of this metric, chosen for all pairs alike. */
export function testFor(
  { requires, range: [low, high], scoreParts }: Pick<ComparedMetric, "requires" | "range" | "scoreParts">,
  pairings: readonly Pairing[],
  { clusters }: Pick<PairDesign, "clusters">,
): PairedTestName {
  if (scoreParts || requires.includes("timing")) return "paired_bootstrap";
  if (clusters && pairings.some((pairing) => sharesClusters(pairing, clusters))) return "paired_t_clustered";
  // A cost of 0 or 1 dollar is no right or wrong.
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

function comparisonOf(
  { key, better }: ComparedMetric,
  test: PairedTestName,
  { pairing, n, difference, tested }: Tested,
  { p_adjusted, alpha, margin }: { p_adjusted: number | null; alpha: number; margin: number | undefined },
): Comparison {
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
    verdict: verdictOf(better, difference, p_adjusted, p_equivalent),
    n_needed: wholeSamples(tested?.samplesNeeded(alpha) ?? null),
  };
}

/** What the caller called too small to matter is `equivalent`, also where it is surely not 0. */
function verdictOf(
  better: ComparedMetric["better"],
  difference: number | null,
  p_adjusted: number | null,
  p_equivalent: number | null,
): Verdict {
  if (p_equivalent !== null && p_equivalent < SIGNIFICANCE) return "equivalent";
  if (difference === null || p_adjusted === null || p_adjusted >= SIGNIFICANCE) return "inconclusive";
  return difference > 0 === (better === "higher") ? "better" : "worse";
}

function wholeSamples(needed: number | null): number | null {
  const whole = needed === null ? Number.NaN : Math.ceil(needed);
  return Number.isSafeInteger(whole) ? whole : null;
}
