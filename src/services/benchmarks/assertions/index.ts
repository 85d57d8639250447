import { formatApart } from "../../../base/format.ts";
import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { Assertion, AssertionResult } from "../../../domain/benchmarks/comparison.ts";
import type { Store } from "../../../store/index.ts";
import { type FinishedBenchmark, failed, type Judgement, missingTrials } from "./judgement.ts";
import { judgeAgainst } from "./not-worse.ts";
import { createReferences, type References } from "./references.ts";

type Stored = Pick<Store, "benchmarks" | "trials">;

/** Judges every assertion; nothing where there is none. A gate never passes for want of evidence that it was asked for. */
export async function judgeAssertions(
  store: Stored,
  finished: FinishedBenchmark,
): Promise<Pick<BenchmarkResults, "assertions" | "passed">> {
  const { assertions } = finished.benchmark.spec;
  if (!assertions) return {};
  const references = createReferences(store, finished);
  const judged: AssertionResult[] = [];
  for (const assertion of assertions) {
    for (const run of runsOf(assertion, finished.results)) {
      const { value } = summaryOf(run, assertion);
      const judgement = await judge(assertion, run, finished, references);
      judged.push({ ...assertion, run: run.run, value, ...judgement });
    }
  }
  return { assertions: judged, passed: judged.every(({ passed }) => passed) };
}

const summaryOf = (run: RunResult, { metric }: Assertion) => run.metrics[metric]!;

/** The run that is named, or all but the one they are compared with. */
const runsOf = ({ run, not_worse_than }: Assertion, { runs }: BenchmarkResults): RunResult[] =>
  runs.filter((each) => (run === undefined ? each.run !== not_worse_than : each.run === run));

async function judge(
  assertion: Assertion,
  run: RunResult,
  finished: FinishedBenchmark,
  references: References,
): Promise<Judgement> {
  const lack = missingTrials(run, finished.benchmark.spec);
  if (lack) return failed(lack);
  const { value, n } = summaryOf(run, assertion);
  if (value === null || n === 0) return failed("no trial has a score");
  if (assertion.not_worse_than !== undefined) return judgeAgainst(assertion, run, finished, references);
  const { passed, reason } = judgeValue(assertion, value);
  return {
    passed,
    reason: n < run.trials ? `${reason}, over the ${n} of ${run.trials} trials that have a score` : reason,
  };
}

function judgeValue({ min, max }: Assertion, value: number): Judgement {
  const bound = min ?? max!;
  const passed = min === undefined ? value <= bound : value >= bound;
  const [shown, wanted] = formatApart(value, bound);
  const relation = min === undefined ? (passed ? "at most" : "above") : passed ? "at least" : "below";
  return { passed, reason: `${shown} is ${relation} ${wanted}` };
}
