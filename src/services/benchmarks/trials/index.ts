import { badField, notFound } from "../../../base/errors.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { TrialListing, WholeTrial } from "../../../domain/benchmarks/trial.ts";
import type { ExportQuery, TrialFilter, TrialName } from "../../../domain/benchmarks/trial-filter.ts";
import { metricKey } from "../../../domain/metric.ts";
import type { Page, PageRequest } from "../../../domain/page.ts";
import { authorize, type Caller } from "../../../domain/permissions.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { MetricCatalogue } from "../../catalogues/metrics.ts";
import { requireBenchmark } from "../require-benchmark.ts";
import { type TrialFormat, trialFormat } from "./export.ts";
import { toListedTrial, toWholeTrial } from "./public-trial.ts";
import { createTrialReader, runIndexOf } from "./reading.ts";

/** A file whose text is made as it is read. */
export interface FileText {
  name: string;
  content_type: string;
  text: AsyncGenerator<string>;
}

/** Returns what the map has for that position. Datasets that benchmarks were made over keep their samples. */
function sampleAt<Value>(samples: ReadonlyMap<number, Value>, position: number): Value {
  const sample = samples.get(position);
  if (!sample) throw new Error(`The sample at position ${position} of a benchmark's dataset is missing.`);
  return sample;
}

const positionsOf = (rows: readonly Pick<TrialRow, "position">[]): number[] => [
  ...new Set(rows.map(({ position }) => position)),
];

type TrialStores = Pick<Store, "benchmarks" | "trials" | "listedTrials" | "datasets" | "sampleTexts">;

/** Gives access to the single trials of a benchmark. */
export function createTrials(store: TrialStores, catalogue: MetricCatalogue) {
  const reader = createTrialReader(store, catalogue);

  async function requireReadable(caller: Caller, id: string): Promise<BenchmarkRow> {
    authorize(caller, "benchmarks.read");
    return requireBenchmark(store.benchmarks, id);
  }

  /** Joins rows with their samples. */
  async function wholeTrials(benchmark: BenchmarkRow, rows: readonly TrialRow[]): Promise<WholeTrial[]> {
    const samples = await store.datasets.samplesAt(benchmark.dataset_id, positionsOf(rows));
    return rows.map((row) => toWholeTrial(benchmark, row, sampleAt(samples, row.position)));
  }

  /** Returns the index of the named run. The only run needs no name. */
  function requireRun(benchmark: BenchmarkRow, run: string | undefined): number {
    const index = runIndexOf(benchmark, run) ?? (benchmark.spec.runs.length === 1 ? 0 : undefined);
    if (index !== undefined) return index;
    const accepted = benchmark.spec.runs.map(labelOf);
    throw badField("run", "is required, because the benchmark has several runs", { accepted });
  }

  async function* textOf(
    { head, lines }: TrialFormat,
    benchmark: BenchmarkRow,
    chunks: AsyncGenerator<TrialRow[]>,
  ): AsyncGenerator<string> {
    if (head !== "") yield head;
    for await (const rows of chunks) yield lines(await wholeTrials(benchmark, rows));
  }

  return {
    /** Returns one page of the trials that match the filter. Long fields are left out and named. */
    async list(
      caller: Caller,
      id: string,
      { page: request, filter }: { page: PageRequest; filter: TrialFilter },
    ): Promise<Page<TrialListing>> {
      const benchmark = await requireReadable(caller, id);
      const page = await reader.page(benchmark, filter, request);
      const samples = await store.sampleTexts.listedAt(benchmark.dataset_id, positionsOf(page.items));
      const items = page.items.map((row) => toListedTrial(benchmark, row, sampleAt(samples, row.position)));
      return { ...page, items };
    },
    /** Returns one trial whole. Throws NOT_FOUND if the benchmark has no such trial, or none yet. */
    async get(caller: Caller, id: string, { sample_id, run, repeat = "0" }: TrialName): Promise<WholeTrial> {
      const benchmark = await requireReadable(caller, id);
      const key = { run: requireRun(benchmark, run), repeat: Number(repeat) };
      const samples = (await store.datasets.find(benchmark.dataset_id))?.samples ?? 0;
      const named = { benchmark_id: id, sample_id, ...key };
      const position = await store.listedTrials.positionOf(named, samples);
      const rows = position === undefined ? [] : await store.trials.at(id, [{ ...key, position }]);
      const [trial] = await wholeTrials(benchmark, rows);
      if (!trial) throw notFound("trial", sample_id);
      return trial;
    },
    /** Returns all trials that match the filter as the text of a file. */
    async export(
      caller: Caller,
      id: string,
      { format = "jsonl", ...filter }: ExportQuery,
    ): Promise<FileText> {
      const benchmark = await requireReadable(caller, id);
      const written = trialFormat(format, benchmark.spec.metrics.map(metricKey));
      const text = textOf(written, benchmark, await reader.all(benchmark, filter));
      return { name: `benchmark-${id}.${format}`, content_type: written.content_type, text };
    },
  };
}

export type Trials = ReturnType<typeof createTrials>;
