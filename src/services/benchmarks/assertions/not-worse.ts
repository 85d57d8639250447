import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { Assertion, Comparison } from "../../../domain/benchmarks/comparison.ts";
import type { Pairing } from "../compare/pairing.ts";
import { comparePairs, measurePair, testFor } from "../compare/pair-comparisons.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import { type FinishedBenchmark, failed, figure, type Judgement } from "./judgement.ts";
import type { References } from "./references.ts";

/** Judges a run against another one: by the verdict, or with a margin by a test of non-inferiority. */
export async function judgeAgainst(
  assertion: Assertion,
  { run }: RunResult,
  finished: FinishedBenchmark,
  references: References,
): Promise<Judgement> {
  const { table } = finished;
  const metric = table.metrics.findIndex(({ key }) => key === assertion.metric);
  const own = table.runs.find(({ label }) => label === run)!;
  const other = await references.find(assertion.not_worse_than!);
  if (typeof other === "string") return failed(other);
  const pairing = { a: table.side(own, metric), b: table.side(other, metric) };
  return assertion.margin === undefined
    ? judgeVerdict(await comparisonOf(assertion, pairing, metric, finished))
    : judgeMargin(assertion.margin, pairing, metric, table);
}

/** Of two runs of this benchmark what its results say, so that a gate and the table never differ. */
async function comparisonOf(
  { not_worse_than }: Assertion,
  pairing: Pairing,
  metric: number,
  { table, results }: FinishedBenchmark,
): Promise<Comparison> {
  const compared = table.metrics[metric]!;
  const own = results.comparisons.find(
    ({ metric: name, a, b }) =>
      name === compared.key &&
      ((a === pairing.a.label && b === pairing.b.label) || (a === pairing.b.label && b === pairing.a.label)),
  );
  if (own && typeof not_worse_than === "string") return own.a === pairing.a.label ? own : turned(own);
  const [comparison] = await comparePairs(compared, [pairing], table.designOf(compared));
  return comparison!;
}

const TURNED = {
  better: "worse",
  worse: "better",
  equivalent: "equivalent",
  inconclusive: "inconclusive",
} as const;

/** The same from the other side, as far as it is looked at here. */
const turned = (comparison: Comparison): Comparison => ({
  ...comparison,
  a: comparison.b,
  b: comparison.a,
  verdict: TURNED[comparison.verdict],
  difference: comparison.difference === null ? null : -comparison.difference,
});

function judgeVerdict({ b, verdict, n, difference, p_adjusted }: Comparison): Judgement {
  if (n === 0 || difference === null) return failed(`no trial has a score in both, this run and '${b}'`);
  const figures = `difference ${figure(difference)} over ${n} pairs, p ${p_adjusted === null ? "unknown" : figure(p_adjusted)}`;
  return verdict === "worse"
    ? failed(`worse than '${b}': ${figures}`)
    : { passed: true, reason: `not shown to be worse than '${b}' (${verdict}): ${figures}` };
}

/** Non-inferiority: that it is worse by the margin or more must be ruled out. */
async function judgeMargin(
  margin: number,
  pairing: Pairing,
  metric: number,
  table: ScoreTable,
): Promise<Judgement> {
  const compared = table.metrics[metric]!;
  const design = table.designOf(compared);
  const { label } = pairing.b;
  const { tested, n } = await measurePair(testFor(compared, [pairing], design), compared, pairing, design);
  if (!tested) return failed(`too few trials have a score in both, this run and '${label}'`);
  const p_value = compared.better === "higher" ? tested.p_above(-margin) : tested.p_below(margin);
  const figures = `difference ${figure(tested.difference)} over ${n} pairs, one-sided p ${figure(p_value)}`;
  return p_value < SIGNIFICANCE
    ? { passed: true, reason: `worse than '${label}' by less than ${figure(margin)}: ${figures}` }
    : failed(`not shown to be within ${figure(margin)} of '${label}': ${figures}`);
}
