import { stringify } from "csv-stringify/sync";
import type { Trial } from "../../domain/trial.ts";
import type { EXPORT_FORMATS } from "../../domain/trial-filter.ts";

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

/** A column a field; of fields that hold several values, one for each of them. */
function csv(metrics: readonly string[]): TrialFormat {
  const columns: [name: string, read: (trial: Trial) => unknown][] = [
    ...(["run", "sample_id", "repeat", "group", "outcome", "answer"] as const).map(
      (name): (typeof columns)[number] => [name, (trial) => trial[name]],
    ),
    ...metrics.map((key): (typeof columns)[number] => [`scores.${key}`, ({ scores }) => scores[key]]),
    ...metrics.map((key): (typeof columns)[number] => [`notes.${key}`, ({ notes }) => notes[key]]),
    ...USAGE.map((name): (typeof columns)[number] => [name, ({ usage }) => usage?.[name]]),
    ...(["latency_ms", "cost_usd", "error", "output"] as const).map((name): (typeof columns)[number] => [
      name,
      (trial) => trial[name],
    ]),
  ];
  return {
    content_type: "text/csv; charset=utf-8; header=present",
    head: stringify([columns.map(([name]) => name)]),
    lines: (trials) => stringify(trials.map((trial) => columns.map(([, read]) => read(trial) ?? ""))),
  };
}

/** `metrics` are the keys of the scores. */
export const trialFormat = (format: ExportFormat, metrics: readonly string[]): TrialFormat =>
  format === "csv" ? csv(metrics) : jsonl;
