import { AppError, badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { createSlots } from "../../base/slots.ts";
import type { BenchmarkResults } from "../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkComparison } from "../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../domain/benchmarks/run.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { Store } from "../../store/index.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import { compareBenchmarks, type RunPair } from "./compare/between-benchmarks.ts";
import { requireComparable, resultsOf } from "./compare/comparable.ts";
import { metricDifference } from "./compare/metric-identity.ts";
import { requireBenchmark } from "./require-benchmark.ts";

/** The benchmark to compare with, and which runs of the two. Without names, runs with the same label pair. */
export interface ComparisonChoice {
  other: string;
  run?: string;
  other_run?: string;
}

/** A comparison reads all rows of both benchmarks and may resample them. More at once would slow each other down. */
const AT_ONCE = 2;

const labelsOf = ({ spec }: BenchmarkRow): string[] => spec.runs.map(labelOf);

function indexOfRun(benchmark: BenchmarkRow, label: string, field: string): number {
  const labels = labelsOf(benchmark);
  const index = labels.indexOf(label);
  if (index === -1) throw unknownName(field, "run", label, { known: labels });
  return index;
}

function matchRuns(
  first: BenchmarkRow,
  second: BenchmarkRow,
  { run, other_run }: ComparisonChoice,
): RunPair[] {
  const [a, b] = [run ?? other_run, other_run ?? run];
  if (a !== undefined && b !== undefined)
    return [{ a: indexOfRun(first, a, "run"), b: indexOfRun(second, b, "other_run") }];
  const others = labelsOf(second);
  const pairs = labelsOf(first).map((label, index) => ({ a: index, b: others.indexOf(label) }));
  const matched = pairs.filter((pair) => pair.b !== -1);
  if (matched.length > 0) return matched;
  throw badField("run", "no label occurs in both benchmarks: name a run of each by 'run' and 'other_run'", {
    accepted: { run: labelsOf(first), other_run: others },
  });
}

/** Returns the labels of the runs that no pair contains. */
const unmatchedRuns = (first: BenchmarkRow, second: BenchmarkRow, pairs: readonly RunPair[]) => ({
  a: labelsOf(first).filter((_, index) => !pairs.some(({ a }) => a === index)),
  b: labelsOf(second).filter((_, index) => !pairs.some(({ b }) => b === index)),
});

const datasetIn = ({ dataset: { name, content_hash } }: BenchmarkResults) => ({ name, content_hash });

/** Compares the runs of two benchmarks over the samples that both asked, as a regression check does. */
export function createBenchmarkComparisons(store: Store, catalogue: MetricCatalogue) {
  const slots = createSlots(AT_ONCE);

  function sharedMetrics({ spec: first }: BenchmarkRow, { spec: second }: BenchmarkRow): ReadyMetric[] {
    const metrics = catalogue.requireOf(first);
    const shared = metrics.filter(({ key }) => metricDifference(key, first, second) === null);
    if (shared.length > 0) return shared;
    throw new AppError("CONFLICT", "The two benchmarks share no metric.", {
      metrics: [first.metrics, second.metrics],
    });
  }

  return {
    /**
     * Pairs trials of the same sample and repeat. Throws CONFLICT if either benchmark has no results yet, if they share no
     * sample or no metric, or if their protocols differ. Throws BAD_REQUEST for an unknown run.
     */
    async compare(caller: Caller, id: string, choice: ComparisonChoice): Promise<BenchmarkComparison> {
      authorize(caller, "benchmarks.read");
      const first = await requireBenchmark(store.benchmarks, id);
      const second = await requireBenchmark(store.benchmarks, choice.other);
      const [results, others] = [resultsOf(first), resultsOf(second)];
      requireComparable(results, others);
      const runs = matchRuns(first, second, choice);
      const metrics = sharedMetrics(first, second);
      const release = await slots.take();
      try {
        return {
          benchmark_id: id,
          other_id: choice.other,
          dataset: datasetIn(results),
          other_dataset: datasetIn(others),
          ...(await compareBenchmarks(store, { first, second, runs, metrics })),
          unmatched: unmatchedRuns(first, second, runs),
        };
      } finally {
        release();
      }
    },
  };
}

export type BenchmarkComparisons = ReturnType<typeof createBenchmarkComparisons>;
