import { AppError } from "../../base/errors.ts";
import { type AnswerPattern, createPatternReader } from "../../domain/answers/answer-pattern.ts";
import {
  type CreateBenchmark,
  isTerminal,
  type RescoreBenchmark,
} from "../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../domain/benchmarks/run.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../store/benchmarks.ts";
import type { Preparation } from "./prepare.ts";

const NAME_MAX = 200;

const withPattern = (run: RunRequest, answer_pattern: AnswerPattern): RunRequest => ({
  ...run,
  params: { ...run.params, answer_pattern },
});

/** Rebuilds the original request and applies the requested changes. */
function requestOf(
  { name, dataset, spec }: BenchmarkRow,
  { answer_pattern, ...change }: RescoreBenchmark,
): CreateBenchmark {
  const { equivalence_margin, reduce, assertions, judge, protocol, protocol_named } = spec;
  return {
    name: `${name}, rescored`.slice(0, NAME_MAX),
    dataset,
    providers:
      answer_pattern === undefined ? spec.runs : spec.runs.map((run) => withPattern(run, answer_pattern)),
    metrics: spec.metrics,
    iterations: spec.iterations,
    seed: spec.seed,
    cluster_by: spec.cluster_by,
    params: spec.params,
    ...(equivalence_margin === undefined ? {} : { equivalence_margin }),
    ...(reduce === undefined ? {} : { reduce }),
    // With other metrics, assertions about the earlier ones would be refused.
    ...(assertions && change.metrics === undefined ? { assertions } : {}),
    ...(judge ? { judge } : {}),
    ...(protocol && protocol_named !== false ? { protocol } : {}),
    ...change,
  };
}

/**
 * Returns name and spec of a benchmark that scores the outputs of `source`. Throws, before a judge is paid, CONFLICT if
 * `source` has not ended or has no trials, and BAD_REQUEST if its samples don't suit the metrics, protocol or judge.
 */
export async function rescoredSpec(source: BenchmarkRow, change: RescoreBenchmark, prepare: Preparation) {
  const { benchmark_id, status, settled } = source;
  if (!isTerminal(status))
    throw new AppError(
      "CONFLICT",
      `The benchmark is ${status}: its outputs can be rescored once it has ended.`,
      { status },
    );
  if (settled === 0) throw new AppError("CONFLICT", "The benchmark has no trials, so no outputs to rescore.");
  if (change.answer_pattern !== undefined) createPatternReader(change.answer_pattern, "answer_pattern");
  const request = requestOf(source, change);
  const { spec } = await prepare(request, "judges");
  return { name: request.name, spec: { ...spec, prices: source.spec.prices, rescores: benchmark_id } };
}

/** Throws CONFLICT while another benchmark scores the outputs of this one. */
export async function refuseWhileRescored(benchmarks: BenchmarkStore, id: string): Promise<void> {
  const [other] = await benchmarks.openRescoresOf(id);
  if (other)
    throw new AppError("CONFLICT", `Benchmark ${other} scores the outputs of this one: cancel it first.`, {
      benchmark_id: other,
    });
}
