import { formatApart } from "../../../base/format.ts";
import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { Assertion, AssertionResult } from "../../../domain/benchmarks/comparison.ts";
import { type FinishedBenchmark, failed, type Judgement } from "./judgement.ts";
import { missingTrials } from "./missing-trials.ts";
import { createNotWorseJudge } from "./not-worse.ts";
import { createReferences, type ReferenceStores } from "./references.ts";

/**
 * Judges every assertion of a benchmark. Returns nothing if it has none. An assertion fails, with the reason, if nothing
 * was scored or paired, or if either run is incomplete: a gate never passes without evidence.
 */
export async function judgeAssertions(
  store: ReferenceStores,
  finished: FinishedBenchmark,
): Promise<Pick<BenchmarkResults, "assertions" | "passed">> {
  const { assertions } = finished.benchmark.spec;
  if (!assertions) return {};
  const judge = createJudge(store, finished);
  const judged: AssertionResult[] = [];
  for (const assertion of assertions) {
    for (const run of runsOf(assertion, finished.results)) {
      const { value } = summaryOf(run, assertion);
      judged.push({ ...assertion, run: run.run, value, ...(await judge(assertion, run)) });
    }
  }
  return { assertions: judged, passed: judged.every(({ passed }) => passed) };
}

const summaryOf = (run: RunResult, { metric }: Assertion) => run.metrics[metric]!;

/** Returns the run that the assertion names. If it names none, all runs but the one they are compared with. */
const runsOf = ({ run, not_worse_than }: Assertion, { runs }: BenchmarkResults): RunResult[] =>
  runs.filter((each) => (run === undefined ? each.run !== not_worse_than : each.run === run));

function createJudge(store: ReferenceStores, finished: FinishedBenchmark) {
  const judgeNotWorse = createNotWorseJudge(finished, createReferences(store, finished));

  return async (assertion: Assertion, run: RunResult): Promise<Judgement> => {
    const missing = missingTrials(run, finished.benchmark.spec);
    if (missing) return failed(missing);
    const { value, n, reduced } = summaryOf(run, assertion);
    if (value === null || n === 0) return failed("no trial has a score");
    if (assertion.not_worse_than !== undefined) return judgeNotWorse(assertion, run);
    const { passed, reason } = judgeValue(assertion, value);
    if (reduced !== undefined) return { passed, reason: `${reason}, by ${reduced} over ${n} samples` };
    return {
      passed,
      reason: n < run.trials ? `${reason}, over the ${n} of ${run.trials} trials that have a score` : reason,
    };
  };
}

function judgeValue({ min, max }: Assertion, value: number): Judgement {
  const bound = min ?? max!;
  const passed = min === undefined ? value <= bound : value >= bound;
  const [formattedValue, formattedBound] = formatApart(value, bound);
  const relation = min === undefined ? (passed ? "at most" : "above") : passed ? "at least" : "below";
  return { passed, reason: `${formattedValue} is ${relation} ${formattedBound}` };
}
