import { badField } from "../../../base/errors.ts";
import { unknownName } from "../../../base/nearest.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../../../domain/page.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetStore } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { MetricCatalogue, ReadyMetric } from "../../catalogues/metrics.ts";
import type { TrialColumns, Yardstick } from "./columns.ts";
import { createColumnsCache } from "./columns-cache.ts";
import { createSelections } from "./selection.ts";

/** So many rows the database may go through to find a page; beyond, the columns say which they are. */
const SHALLOW = 5_000;
/** Rows read at once where all that a filter lets through are wanted; texts may be large. */
const AT_ONCE = 100;

const isRatio = ({ range: [low, high] }: ReadyMetric): boolean => low === 0 && high === 1;

const bestOf = ({ key, better }: ReadyMetric): Yardstick => ({ key, best: better === "higher" ? 1 : 0 });

/** What `correct` means: by the metric named, else by accuracy, else by the first that lies in 0 to 1. */
function yardstickOf(metrics: readonly ReadyMetric[], named: string | undefined): Yardstick {
  const ratios = metrics.filter(isRatio);
  const keys = ratios.map(({ key }) => key);
  if (named !== undefined && !keys.includes(named))
    throw unknownName("metric", "metric", named, keys, "among those from 0 to 1");
  const chosen = ratios.find(({ key }) => key === (named ?? "accuracy")) ?? ratios[0];
  return chosen ? bestOf(chosen) : { key: "", best: 1 };
}

function runIndexOf({ spec }: BenchmarkRow, label: string | undefined): number | undefined {
  if (label === undefined) return undefined;
  const labels = spec.runs.map(labelOf);
  const index = labels.indexOf(label);
  if (index < 0) throw unknownName("run", "run", label, labels);
  return index;
}

function refuseUnjudged({ correct, disagree }: TrialFilter, { key }: Yardstick): void {
  if (key !== "" || (correct === undefined && disagree === undefined)) return;
  const field = correct === undefined ? "disagree" : "correct";
  throw badField(field, "none of the benchmark's metrics lies in 0 to 1, so no trial is correct or wrong");
}

/**
 * BAD_REQUEST for a group that no trial is of, unless the dataset has it and its trials are still to come, or were not drawn.
 * Those that are listed have trials: they stand in the columns, where all of the dataset's would have to be gathered.
 */
async function refuseUnknownGroup(
  datasets: Pick<DatasetStore, "positionsOfGroup">,
  { dataset_id }: BenchmarkRow,
  group: string,
  { groups }: TrialColumns,
): Promise<void> {
  if (groups.includes(group) || (await datasets.positionsOfGroup(dataset_id, group)).length > 0) return;
  const known = groups.filter((name) => name !== null).sort();
  throw unknownName("group", "group", group, known, "among the benchmark's trials");
}

const keyAt = (columns: TrialColumns, index: number) => ({
  run: columns.run[index] ?? 0,
  repeat: columns.repeat[index] ?? 0,
  position: columns.position[index] ?? 0,
});

/** Trials by page, by filter, and all of them, as quick at a million as at a thousand. */
export function createTrialReader(
  { trials, datasets }: Pick<Store, "trials" | "datasets">,
  catalogue: MetricCatalogue,
) {
  const cache = createColumnsCache(trials);
  const select = createSelections();

  async function selected(benchmark: BenchmarkRow, filter: TrialFilter) {
    const yardstick = yardstickOf(catalogue.requireOf(benchmark.spec), filter.metric);
    refuseUnjudged(filter, yardstick);
    const run = runIndexOf(benchmark, filter.run);
    const columns = await cache.columnsOf(benchmark, yardstick);
    const { group } = filter;
    if (group !== undefined) await refuseUnknownGroup(datasets, benchmark, group, columns);
    return { columns, chosen: select(columns, filter, run) };
  }

  const rowsAt = (benchmark_id: string, columns: TrialColumns, chosen: Uint32Array): Promise<TrialRow[]> =>
    chosen.length === 0
      ? Promise.resolve([])
      : trials.at(
          benchmark_id,
          Array.from(chosen, (index) => keyAt(columns, index)),
        );

  return {
    /** One page of those that the filter lets through. BAD_REQUEST for a run, group or metric that the benchmark has not. */
    async page(benchmark: BenchmarkRow, filter: TrialFilter, request: PageRequest): Promise<Page<TrialRow>> {
      const { benchmark_id, settled } = benchmark;
      const offset = offsetOf(request);
      const isPlain = Object.keys(filter).length === 0;
      if (isPlain && offset < SHALLOW) {
        return pageOf(await trials.slice(benchmark_id, offset, request.page_size), settled, request);
      }
      const { columns, chosen } = await selected(benchmark, filter);
      const rows = await rowsAt(benchmark_id, columns, chosen.subarray(offset, offset + request.page_size));
      return pageOf(rows, chosen.length, request);
    },
    /** All that the filter lets through, some at a time. BAD_REQUEST as above, before the first. */
    async all(benchmark: BenchmarkRow, filter: TrialFilter): Promise<AsyncGenerator<TrialRow[]>> {
      const { columns, chosen } = await selected(benchmark, filter);
      async function* some(): AsyncGenerator<TrialRow[]> {
        for (let start = 0; start < chosen.length; start += AT_ONCE)
          yield await rowsAt(benchmark.benchmark_id, columns, chosen.subarray(start, start + AT_ONCE));
      }
      return some();
    },
  };
}
