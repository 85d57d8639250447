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
import { requireBenchmark } from "../require-benchmark.ts";
import { trialFormat } from "./export.ts";
import { createTrialReader } from "./reading.ts";

/** A file whose text is made as it is read. */
export interface FileText {
  name: string;
  content_type: string;
  text: AsyncGenerator<string>;
}

function toPublicTrial({ spec }: BenchmarkRow, row: TrialRow): Trial {
  const request = spec.runs[row.run];
  return {
    run: request ? labelOf(request) : String(row.run),
    repeat: row.repeat,
    sample_id: row.sample_id,
    group: row.group,
    outcome: row.outcome,
    prompt_hash: row.prompt_hash,
    answered_model: row.answered_model,
    finish_reason: row.finish_reason,
    output: row.output,
    answer: row.answer,
    scores: row.scores,
    notes: row.notes ?? {},
    usage: row.usage,
    latency_ms: row.latency_ms,
    ttft_ms: row.ttft_ms,
    cost_usd: row.cost_usd,
    judge_usage: row.judge_usage,
    judge_cost_usd: row.judge_cost_usd,
    embedding_usage: row.embedding_usage,
    embedding_cost_usd: row.embedding_cost_usd,
    error: row.error,
  };
}

/** Gives access to the single trials of a benchmark. */
export function createTrials(
  store: Pick<Store, "benchmarks" | "trials" | "datasets">,
  catalogue: MetricCatalogue,
) {
  const reader = createTrialReader(store, catalogue);

  async function requireReadable(caller: Caller, id: string): Promise<BenchmarkRow> {
    authorize(caller, "benchmarks.read");
    return requireBenchmark(store.benchmarks, id);
  }

  return {
    /** Returns one page of the trials that match the filter. */
    async list(
      caller: Caller,
      id: string,
      { page: request, filter }: { page: PageRequest; filter: TrialFilter },
    ): Promise<Page<Trial>> {
      const benchmark = await requireReadable(caller, id);
      const page = await reader.page(benchmark, filter, request);
      return { ...page, items: page.items.map((row) => toPublicTrial(benchmark, row)) };
    },
    /** Returns all trials that match the filter as the text of a file. */
    async export(
      caller: Caller,
      id: string,
      { format = "jsonl", ...filter }: ExportQuery,
    ): Promise<FileText> {
      const benchmark = await requireReadable(caller, id);
      const { content_type, head, lines } = trialFormat(format, benchmark.spec.metrics.map(metricKey));
      const chunks = await reader.all(benchmark, filter);
      async function* text(): AsyncGenerator<string> {
        if (head !== "") yield head;
        for await (const rows of chunks) yield lines(rows.map((row) => toPublicTrial(benchmark, row)));
      }
      return { name: `benchmark-${id}.${format}`, content_type, text: text() };
    },
  };
}

export type Trials = ReturnType<typeof createTrials>;
