import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { Assertion, Comparison } from "../../../domain/benchmarks/comparison.ts";
import {
  type ComparedMetric,
  type ComparisonDesign,
  comparePairs,
  measurePair,
  testFor,
} from "../compare/pair-comparisons.ts";
import type { Pairing } from "../compare/pairing.ts";
import { verdictObstacle } from "../compare/verdict.ts";
import { type FinishedBenchmark, failed, type Judgement } from "./judgement.ts";
import type { References } from "./references.ts";

/** A run and its reference, in the metric of an assertion. */
interface ReferencePair {
  metric: ComparedMetric;
  design: ComparisonDesign;
  pairing: Pairing;
}

/** Returns a function that judges a run against another one: by the verdict, or with a margin by non-inferiority. */
export function createNotWorseJudge(finished: FinishedBenchmark, references: References) {
  return async (assertion: Assertion, { run: label }: RunResult): Promise<Judgement> => {
    const reference = await references.find(assertion.not_worse_than!);
    if (typeof reference === "string") return failed(reference);
    const { table } = finished;
    const index = table.metrics.findIndex(({ key }) => key === assertion.metric);
    const run = table.runs.find((each) => each.label === label)!;
    const metric = table.metrics[index]!;
    const pairing = { a: table.side(run, index), b: table.side(reference, index) };
    const pair = { metric, pairing, design: table.designOf(metric) };
    const obstacle = verdictObstacle(metric);
    if (obstacle !== null) return failed(`no verdict is given on '${assertion.metric}': ${obstacle}`);
    if (assertion.margin !== undefined) return judgeMargin(assertion.margin, pair);
    return judgeVerdict(await comparisonOf(assertion, pair, finished));
  };
}

/** For two runs of this benchmark, returns the comparison in its results: gate and table then never disagree. */
async function comparisonOf(
  { not_worse_than }: Assertion,
  { metric, pairing, design }: ReferencePair,
  { results }: FinishedBenchmark,
): Promise<Comparison> {
  const [run, reference] = [pairing.a.label, pairing.b.label];
  const known = results.comparisons.find(
    ({ metric: key, a, b }) =>
      key === metric.key && ((a === run && b === reference) || (a === reference && b === run)),
  );
  if (known && typeof not_worse_than === "string") return known.a === run ? known : turned(known);
  const [comparison] = await comparePairs(metric, [pairing], design);
  return comparison!;
}

const TURNED = {
  better: "worse",
  worse: "better",
  equivalent: "equivalent",
  inconclusive: "inconclusive",
} as const;

/** Returns the comparison with a and b swapped, in the fields that a judgement reads. */
const turned = (comparison: Comparison): Comparison => ({
  ...comparison,
  a: comparison.b,
  b: comparison.a,
  verdict: comparison.verdict && TURNED[comparison.verdict],
  difference: comparison.difference === null ? null : -comparison.difference,
});

const formatFigure = (value: number): string => String(Number(value.toPrecision(4)));

function judgeVerdict({ b, verdict, n, difference, p_adjusted }: Comparison): Judgement {
  if (n === 0 || difference === null) return failed(`no trial has a score in both this run and '${b}'`);
  const p = p_adjusted === null ? "unknown" : formatFigure(p_adjusted);
  const figures = `difference ${formatFigure(difference)} over ${n} pairs, p ${p}`;
  return verdict === "worse"
    ? failed(`worse than '${b}': ${figures}`)
    : { passed: true, reason: `not shown to be worse than '${b}' (${verdict}): ${figures}` };
}

/** Tests non-inferiority: passes if the test rules out that the run is worse by the margin or more. */
async function judgeMargin(margin: number, { metric, pairing, design }: ReferencePair): Promise<Judgement> {
  const { label } = pairing.b;
  const test = testFor(metric, [pairing], design);
  const { tested, n } = await measurePair(pairing, { metric, test, design });
  if (!tested) return failed(`too few trials have a score in both this run and '${label}'`);
  const p_value = metric.better === "higher" ? tested.p_above(-margin) : tested.p_below(margin);
  const difference = formatFigure(tested.difference);
  const figures = `difference ${difference} over ${n} pairs, one-sided p ${formatFigure(p_value)}`;
  return p_value < SIGNIFICANCE
    ? { passed: true, reason: `worse than '${label}' by less than ${formatFigure(margin)}: ${figures}` }
    : failed(`not shown to be within ${formatFigure(margin)} of '${label}': ${figures}`);
}
