import { type Options, stringify } from "csv-stringify/sync";
import type { Trial } from "../../../domain/benchmarks/trial.ts";
import type { EXPORT_FORMATS } from "../../../domain/benchmarks/trial-filter.ts";

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How trials become a file's text: `head` begins it, then `lines` for some trials at a time. */
interface TrialFormat {
  content_type: string;
  head: string;
  lines(trials: readonly Trial[]): string;
}

const USAGE = ["prompt_tokens", "completion_tokens", "total_tokens"] as const;

const jsonl: TrialFormat = {
  content_type: "application/jsonl; charset=utf-8",
  head: "",
  lines: (trials) => trials.map((trial) => `${JSON.stringify(trial)}\n`).join(""),
};

type Column = [name: string, read: (trial: Trial) => unknown];
type PlainField = Exclude<keyof Trial, "scores" | "notes" | UsageField>;
type UsageField = "usage" | "judge_usage" | "embedding_usage";

const plain = (...fields: PlainField[]): Column[] => fields.map((name) => [name, (trial) => trial[name]]);

const tokens = (field: UsageField, prefix = ""): Column[] =>
  USAGE.map((name) => [prefix + name, (trial) => trial[field]?.[name]]);

/** A sign and a figure: no spreadsheet makes more of it, and whoever reckons with answers wants it as it is. */
const SIGNED_FIGURE = /^[-+][\d.,]*\d[\d.,]*(?:e[-+]?\d+)?%?$/i;

/**
 * Text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe
 * before it, as OWASP's "CSV Injection" says, for outputs are not written by whoever opens the file. Numbers get none.
 */
const GUARDED: Options = {
  escape_formulas: true,
  cast: {
    string: (value) => (SIGNED_FIGURE.test(value) ? { value, escape_formulas: false } : value),
  },
};

/** A column a field; of fields that hold several values, one for each of them. */
function csv(metrics: readonly string[]): TrialFormat {
  const columns: Column[] = [
    ...plain("run", "sample_id", "repeat", "group", "outcome", "answer"),
    ...metrics.map((key): Column => [`scores.${key}`, ({ scores }) => scores[key]]),
    ...metrics.map((key): Column => [`notes.${key}`, ({ notes }) => notes[key]]),
    ...tokens("usage"),
    ...plain("latency_ms", "ttft_ms", "cost_usd"),
    ...tokens("judge_usage", "judge."),
    ...plain("judge_cost_usd"),
    ...tokens("embedding_usage", "embedding."),
    ...plain("embedding_cost_usd", "answered_model", "finish_reason", "prompt_hash", "error", "output"),
  ];
  return {
    content_type: "text/csv; charset=utf-8; header=present",
    head: stringify([columns.map(([name]) => name)], GUARDED),
    lines: (trials) =>
      stringify(
        trials.map((trial) => columns.map(([, read]) => read(trial) ?? "")),
        GUARDED,
      ),
  };
}

/** `metrics` are the keys of the scores. */
export const trialFormat = (format: ExportFormat, metrics: readonly string[]): TrialFormat =>
  format === "csv" ? csv(metrics) : jsonl;
