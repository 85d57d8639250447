import { type Options, stringify } from "csv-stringify/sync";
import { type ExportedTrial, REPEATED_MAX, type WholeTrial } from "../../../domain/benchmarks/trial.ts";
import type { EXPORT_FORMATS } from "../../../domain/benchmarks/trial-filter.ts";
import { cellOf } from "./spreadsheet-cell.ts";

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How trials become the text of a file: first `head`, then `lines` of some trials at a time. */
export interface TrialFormat {
  content_type: string;
  head: string;
  lines(trials: readonly WholeTrial[]): string;
}

const USAGE = ["prompt_tokens", "completion_tokens", "total_tokens"] as const;

/** Returns the trial without an answer that would repeat a long output word for word. */
function toExported(trial: WholeTrial): ExportedTrial {
  const { answer, output } = trial;
  const repeats = answer !== null && answer === output && answer.length > REPEATED_MAX;
  return repeats ? { ...trial, answer: null, left_out: ["answer"] } : { ...trial, left_out: [] };
}

const jsonl: TrialFormat = {
  content_type: "application/jsonl; charset=utf-8",
  head: "",
  lines: (trials) => trials.map((trial) => `${JSON.stringify(toExported(trial))}\n`).join(""),
};

type Value = string | number | null | undefined;
type Column = [name: string, read: (trial: ExportedTrial) => Value];
type UsageField = "usage" | "judge_usage" | "embedding_usage";
type ListField = "expected" | "left_out" | "metadata";
type SingleField = Exclude<keyof ExportedTrial, "scores" | "notes" | ListField | UsageField>;

const fieldColumns = (...fields: SingleField[]): Column[] =>
  fields.map((name) => [name, (trial) => trial[name]]);

const tokenColumns = (field: UsageField, prefix = ""): Column[] =>
  USAGE.map((name) => [prefix + name, (trial) => trial[field]?.[name]]);

/** One reference as it is, several as a JSON list. */
const formatReferences = (expected: readonly string[] | null): Value =>
  expected && expected.length !== 1 ? JSON.stringify(expected) : expected?.[0];

/** Returns the columns: one per field, and of a field with several values one per value. */
const columnsOf = (metrics: readonly string[]): Column[] => [
  ...fieldColumns("run", "sample_id", "repeat", "group", "outcome", "input"),
  ["expected", ({ expected }) => formatReferences(expected)],
  ...fieldColumns("answer", "read_by"),
  ...metrics.map((key): Column => [`scores.${key}`, ({ scores }) => scores[key]]),
  ...metrics.map((key): Column => [`notes.${key}`, ({ notes }) => notes[key]]),
  ...tokenColumns("usage"),
  ...fieldColumns("latency_ms", "ttft_ms", "cost_usd"),
  ...tokenColumns("judge_usage", "judge."),
  ...fieldColumns("judge_cost_usd"),
  ...tokenColumns("embedding_usage", "embedding."),
  ...fieldColumns("embedding_cost_usd", "answered_model", "finish_reason", "prompt_hash", "error", "output"),
  ["metadata", ({ metadata }) => metadata && JSON.stringify(metadata)],
  ["left_out", ({ left_out }) => left_out.join(" ")],
];

/** Quotes also what ends a cell or a line in the spreadsheets of some countries and systems. */
const WRITTEN: Options = { quoted_match: /[\r\t;]/ };

/** With it, Excel reads the file as UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** A table for spreadsheets. The column `cut` names the columns of a row whose text is too long for a cell. */
function csv(metrics: readonly string[]): TrialFormat {
  const columns = columnsOf(metrics);

  function rowOf(trial: ExportedTrial): (string | number)[] {
    const cut: string[] = [];
    const cells = columns.map(([name, read]) => {
      const value = read(trial) ?? "";
      if (typeof value === "number") return value;
      const cell = cellOf(value);
      if (cell.cut) cut.push(name);
      return cell.text;
    });
    return [...cells, cut.join(" ")];
  }

  return {
    content_type: "text/csv; charset=utf-8; header=present",
    head: BYTE_ORDER_MARK + stringify([[...columns.map(([name]) => name), "cut"]], WRITTEN),
    lines: (trials) =>
      stringify(
        trials.map((trial) => rowOf(toExported(trial))),
        WRITTEN,
      ),
  };
}

/** Returns the format by its name. `metrics` are the keys of the scores. */
export const trialFormat = (format: ExportFormat, metrics: readonly string[]): TrialFormat =>
  format === "csv" ? csv(metrics) : jsonl;
