import { type Options, stringify } from "csv-stringify/sync";
import type { Trial } from "../../../domain/benchmarks/trial.ts";
import type { EXPORT_FORMATS } from "../../../domain/benchmarks/trial-filter.ts";

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How trials become the text of a file: first `head`, then `lines` of some trials at a time. */
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
type SingleField = Exclude<keyof Trial, "scores" | "notes" | UsageField>;
type UsageField = "usage" | "judge_usage" | "embedding_usage";

const fieldColumns = (...fields: SingleField[]): Column[] =>
  fields.map((name) => [name, (trial) => trial[name]]);

const tokenColumns = (field: UsageField, prefix = ""): Column[] =>
  USAGE.map((name) => [prefix + name, (trial) => trial[field]?.[name]]);

/** A signed number. Spreadsheets read it as a number, not as a formula, and answers may well be signed numbers. */
const SIGNED_FIGURE = /^[-+][\d.,]*\d[\d.,]*(?:e[-+]?\d+)?%?$/i;

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula, as OWASP's "CSV Injection" recommends: text
 * that begins with = + - @, a tab or a carriage return. Models write the outputs, so they can't be trusted. Numbers stay.
 */
const GUARDED: Options = {
  escape_formulas: true,
  cast: {
    string: (value) => (SIGNED_FIGURE.test(value) ? { value, escape_formulas: false } : value),
  },
};

/** Makes one column per field. A field with several values has one column per value. */
function csv(metrics: readonly string[]): TrialFormat {
  const columns: Column[] = [
    ...fieldColumns("run", "sample_id", "repeat", "group", "outcome", "answer"),
    ...metrics.map((key): Column => [`scores.${key}`, ({ scores }) => scores[key]]),
    ...metrics.map((key): Column => [`notes.${key}`, ({ notes }) => notes[key]]),
    ...tokenColumns("usage"),
    ...fieldColumns("latency_ms", "ttft_ms", "cost_usd"),
    ...tokenColumns("judge_usage", "judge."),
    ...fieldColumns("judge_cost_usd"),
    ...tokenColumns("embedding_usage", "embedding."),
    ...fieldColumns(
      "embedding_cost_usd",
      "answered_model",
      "finish_reason",
      "prompt_hash",
      "error",
      "output",
    ),
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

/** Returns the format by its name. `metrics` are the keys of the scores. */
export const trialFormat = (format: ExportFormat, metrics: readonly string[]): TrialFormat =>
  format === "csv" ? csv(metrics) : jsonl;
