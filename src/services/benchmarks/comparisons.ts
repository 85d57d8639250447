import { AppError, badField, notFound } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { createSlots } from "../../base/slots.ts";
import type { BenchmarkComparison } from "../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../domain/benchmarks/run.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { Store } from "../../store/index.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import { compareAcross, type RunPair } from "./compare/between-benchmarks.ts";
import { requireComparable, resultsOf } from "./compare/comparable.ts";
import { differenceOf } from "./compare/metric-identity.ts";

/** Which run of either: both by name, or each with the one of the same label. */
export interface RunChoice {
  run?: string;
  other_run?: string;
}

/** A comparison reads all rows of both and may resample them: more at once would only slow each other down. */
const AT_ONCE = 2;

const labelsOf = ({ spec }: BenchmarkRow): string[] => spec.runs.map(labelOf);

function indexOfRun(benchmark: BenchmarkRow, label: string, field: string): number {
  const labels = labelsOf(benchmark);
  const index = labels.indexOf(label);
  if (index === -1) throw unknownName(field, "run", label, labels);
  return index;
}

function matchRuns(first: BenchmarkRow, second: BenchmarkRow, { run, other_run }: RunChoice): RunPair[] {
  const [a, b] = [run ?? other_run, other_run ?? run];
  if (a !== undefined && b !== undefined)
    return [{ a: indexOfRun(first, a, "run"), b: indexOfRun(second, b, "other_run") }];
  const others = labelsOf(second);
  const pairs = labelsOf(first).map((label, index) => ({ a: index, b: others.indexOf(label) }));
  const matched = pairs.filter((pair) => pair.b !== -1);
  if (matched.length > 0) return matched;
  throw badField("run", "no two runs have the same label: name one of either by 'run' and 'other_run'", {
    accepted: { run: labelsOf(first), other_run: others },
  });
}

/** Regression checks: how the runs of one benchmark stand against those of another over the same samples. */
export function createBenchmarkComparisons(store: Store, catalogue: MetricCatalogue) {
  const slots = createSlots(AT_ONCE);

  async function find(id: string): Promise<BenchmarkRow> {
    const row = await store.benchmarks.find(id);
    if (!row) throw notFound("benchmark", id);
    return row;
  }

  function sharedMetrics({ spec: first }: BenchmarkRow, { spec: second }: BenchmarkRow): ReadyMetric[] {
    const shared = catalogue.requireOf(first).filter(({ key }) => differenceOf(key, first, second) === null);
    if (shared.length > 0) return shared;
    throw new AppError("CONFLICT", "The two benchmarks share no metric.", {
      metrics: [first.metrics, second.metrics],
    });
  }

  return {
    /**
     * Pairs trials of the same sample and repeat. CONFLICT if either is at work, or they asked different samples or by
     * different protocols; BAD_REQUEST for a run that is not there.
     */
    async compare(
      caller: Caller,
      id: string,
      other: string,
      choice: RunChoice,
    ): Promise<BenchmarkComparison> {
      authorize(caller, "benchmarks.read");
      const [first, second] = [await find(id), await find(other)];
      const results = resultsOf(first);
      requireComparable(results, resultsOf(second));
      const runs = matchRuns(first, second, choice);
      const metrics = sharedMetrics(first, second);
      const release = await slots.take();
      try {
        const { name, content_hash } = results.dataset;
        return {
          benchmark_id: id,
          other_id: other,
          dataset: { name, content_hash },
          ...(await compareAcross(store, first, second, runs, metrics)),
          unmatched: {
            a: labelsOf(first).filter((_, index) => !runs.some(({ a }) => a === index)),
            b: labelsOf(second).filter((_, index) => !runs.some(({ b }) => b === index)),
          },
        };
      } finally {
        release();
      }
    },
  };
}

export type BenchmarkComparisons = ReturnType<typeof createBenchmarkComparisons>;
