import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { Trial, TrialListing, WholeTrial } from "../../../domain/benchmarks/trial.ts";
import type { Sample } from "../../../domain/dataset.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { ListedTrialRow } from "../../../store/listing/listed-trials.ts";
import type { ListedSample } from "../../../store/samples/sample-texts.ts";
import type { TrialRow } from "../../../store/trials.ts";

type SampleFields = Pick<Trial, "input" | "expected">;

function toTrial({ spec }: BenchmarkRow, row: TrialRow, { input, expected }: SampleFields): Trial {
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
    input,
    expected,
    output: row.output,
    answer: row.answer,
    read_by: row.read_by,
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

/** Returns a trial as a list shows it. */
export function toListedTrial(
  benchmark: BenchmarkRow,
  row: ListedTrialRow,
  sample: ListedSample,
): TrialListing {
  const left_out = [...sample.left_out, ...row.left_out];
  const trial = toTrial(benchmark, row, sample);
  return { ...trial, notes: left_out.includes("notes") ? null : trial.notes, left_out };
}

/** Returns a trial with all that is known of it. */
export function toWholeTrial(benchmark: BenchmarkRow, row: TrialRow, sample: Sample): WholeTrial {
  const { input, expected = null, metadata = null } = sample;
  return { ...toTrial(benchmark, row, { input, expected }), metadata };
}
