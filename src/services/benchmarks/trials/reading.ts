import { badField } from "../../../base/errors.ts";
import { unknownName } from "../../../base/nearest.ts";
import { createReadSize } from "../../../base/read-size.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../../../domain/page.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetStore } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import type { ListedTrialRow } from "../../../store/listing/listed-trials.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { MetricCatalogue, ReadyMetric } from "../../catalogues/metrics.ts";
import type { TrialColumns, Yardstick } from "./columns.ts";
import { createColumnsCache } from "./columns-cache.ts";
import { createSelections } from "./selection.ts";

/** The largest offset for which the database may skip rows. Beyond it, the columns name the rows of the page. */
const DATABASE_OFFSET_MAX = 5_000;
/** Rows per read of an export, and the characters of output after which fewer rows are read. */
const AT_ONCE = { first: 10, most: 200, characters: 1_000_000 };

const charactersOf = (rows: readonly Pick<TrialRow, "output">[]): number =>
  rows.reduce((sum, { output }) => sum + (output?.length ?? 0), 0);

const isRatio = ({ range: [low, high] }: ReadyMetric): boolean => low === 0 && high === 1;

const bestOf = ({ key, better }: ReadyMetric): Yardstick => ({ key, best: better === "higher" ? 1 : 0 });

/** Returns what `correct` means: by the named metric, else by accuracy, else by the first with the range 0 to 1. */
function yardstickOf(metrics: readonly ReadyMetric[], named: string | undefined): Yardstick {
  const ratios = metrics.filter(isRatio);
  const keys = ratios.map(({ key }) => key);
  if (named !== undefined && !keys.includes(named))
    throw unknownName("metric", "metric", named, { known: keys, where: "among those with the range 0 to 1" });
  const chosen = ratios.find(({ key }) => key === (named ?? "accuracy")) ?? ratios[0];
  return chosen ? bestOf(chosen) : { key: "", best: 1 };
}

/** Returns the index of the run with that label; undefined without a label. Throws BAD_REQUEST for an unknown one. */
export function runIndexOf({ spec }: BenchmarkRow, label: string | undefined): number | undefined {
  if (label === undefined) return undefined;
  const labels = spec.runs.map(labelOf);
  const index = labels.indexOf(label);
  if (index < 0) throw unknownName("run", "run", label, { known: labels });
  return index;
}

function refuseUnjudged({ correct, disagree }: TrialFilter, { key }: Yardstick): void {
  if (key !== "" || (correct === undefined && disagree === undefined)) return;
  const field = correct === undefined ? "disagree" : "correct";
  throw badField(field, "no metric of the benchmark has the range 0 to 1, so no trial is correct or wrong");
}

/**
 * Throws BAD_REQUEST for a group that neither a trial nor the dataset has. A group of the dataset may have no trials:
 * they may still be open, or not drawn. The error lists the groups with trials, which are cheap to know from the columns.
 */
async function refuseUnknownGroup(
  datasets: Pick<DatasetStore, "positionsOfGroup">,
  { dataset_id }: BenchmarkRow,
  { group, groups }: { group: string; groups: TrialColumns["groups"] },
): Promise<void> {
  if (groups.includes(group) || (await datasets.positionsOfGroup(dataset_id, group)).length > 0) return;
  const known = groups.filter((name) => name !== null).sort();
  throw unknownName("group", "group", group, { known, where: "among the benchmark's trials" });
}

const rowKeyAt = (columns: TrialColumns, index: number) => ({
  run: columns.run[index] ?? 0,
  repeat: columns.repeat[index] ?? 0,
  position: columns.position[index] ?? 0,
});

/** Reads trials by page and filter, at a million trials as fast as at a thousand. */
export function createTrialReader(
  { trials, listedTrials, datasets }: Pick<Store, "trials" | "listedTrials" | "datasets">,
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
    if (group !== undefined) await refuseUnknownGroup(datasets, benchmark, { group, groups: columns.groups });
    return { columns, chosen: await select(columns, filter, run) };
  }

  const keysAt = (columns: TrialColumns, chosen: Uint32Array) =>
    Array.from(chosen, (index) => rowKeyAt(columns, index));

  return {
    /** Returns one page of the matching trials. Throws BAD_REQUEST for an unknown run, group or metric. */
    async page(
      benchmark: BenchmarkRow,
      filter: TrialFilter,
      request: PageRequest,
    ): Promise<Page<ListedTrialRow>> {
      const { benchmark_id, settled } = benchmark;
      const offset = offsetOf(request);
      const isUnfiltered = Object.keys(filter).length === 0;
      if (isUnfiltered && offset < DATABASE_OFFSET_MAX) {
        return pageOf(await listedTrials.slice(benchmark_id, offset, request.page_size), settled, request);
      }
      const { columns, chosen } = await selected(benchmark, filter);
      const keys = keysAt(columns, chosen.subarray(offset, offset + request.page_size));
      const rows = keys.length === 0 ? [] : await listedTrials.at(benchmark_id, keys);
      return pageOf(rows, chosen.length, request);
    },
    /** Returns all matching trials, some at a time. Throws like `page`, before the first. */
    async all(benchmark: BenchmarkRow, filter: TrialFilter): Promise<AsyncGenerator<TrialRow[]>> {
      const { columns, chosen } = await selected(benchmark, filter);
      async function* pieces(): AsyncGenerator<TrialRow[]> {
        const size = createReadSize(AT_ONCE);
        for (let start = 0; start < chosen.length; ) {
          const keys = keysAt(columns, chosen.subarray(start, start + size.count));
          const rows = await trials.at(benchmark.benchmark_id, keys);
          yield rows;
          start += keys.length;
          size.note(charactersOf(rows));
        }
      }
      return pieces();
    },
  };
}
