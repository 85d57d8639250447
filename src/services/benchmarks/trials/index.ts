import { notFound } from "../../../base/errors.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { Trial } from "../../../domain/benchmarks/trial.ts";
import type { ExportQuery, TrialFilter } from "../../../domain/benchmarks/trial-filter.ts";
import { metricKey } from "../../../domain/metric.ts";
import type { Page, PageRequest } from "../../../domain/page.ts";
import { authorize, type Caller } from "../../../domain/permissions.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { MetricCatalogue } from "../../catalogues/metrics.ts";
import { trialFormat } from "./export.ts";
import { createTrialReader } from "./reading.ts";

/** A file that is made as it is read. */
export interface FileText {
  name: string;
  content_type: string;
  text: AsyncGenerator<string>;
}

function shown({ spec }: BenchmarkRow, row: TrialRow): Trial {
  const { benchmark_id: _, run, position: __, parts: ___, spent_usd: ____, ...trial } = row;
  const asked = spec.runs[run];
  return { run: asked ? labelOf(asked) : String(run), ...trial, notes: trial.notes ?? {} };
}

/** The trials of a benchmark, for those who want to see for themselves. */
export function createTrials(
  store: Pick<Store, "benchmarks" | "trials" | "datasets">,
  catalogue: MetricCatalogue,
) {
  const reader = createTrialReader(store, catalogue);

  async function readable(caller: Caller, id: string): Promise<BenchmarkRow> {
    authorize(caller, "benchmarks.read");
    const row = await store.benchmarks.find(id);
    if (!row) throw notFound("benchmark", id);
    return row;
  }

  return {
    /** One page of those that the filter lets through. */
    async list(caller: Caller, id: string, request: PageRequest, filter: TrialFilter): Promise<Page<Trial>> {
      const row = await readable(caller, id);
      const page = await reader.page(row, filter, request);
      return { ...page, items: page.items.map((trial) => shown(row, trial)) };
    },
    /** All that the filter lets through, as the text of a file. */
    async export(
      caller: Caller,
      id: string,
      { format = "jsonl", ...filter }: ExportQuery,
    ): Promise<FileText> {
      const row = await readable(caller, id);
      const { content_type, head, lines } = trialFormat(format, row.spec.metrics.map(metricKey));
      const chunks = await reader.all(row, filter);
      async function* text(): AsyncGenerator<string> {
        if (head !== "") yield head;
        for await (const some of chunks) yield lines(some.map((trial) => shown(row, trial)));
      }
      return { name: `benchmark-${id}.${format}`, content_type, text: text() };
    },
  };
}

export type Trials = ReturnType<typeof createTrials>;
