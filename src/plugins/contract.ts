import { isRecord } from "../base/json.ts";
import { PluginError } from "./plugin.ts";

/** What each kind of plugin is given, and must answer. */

export interface EvaluatorInput {
  input: string;
  output: string;
  /** The reference, or a list where several are accepted; null where there is none. */
  expected: string | readonly string[] | null;
  context: string | readonly string[] | null;
  parameters: Readonly<Record<string, unknown>>;
}

export interface TransformInput {
  text: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** Lowest and highest score, null where there is no bound. */
export type Range = readonly [number | null, number | null];

const DETAILS_MAX = 1_000;

const textOf = (details: unknown): string | undefined => {
  if (details === undefined || details === null || details === "") return undefined;
  // A cut may go through the middle of a character.
  const text = typeof details === "string" ? details : JSON.stringify(details);
  return text.slice(0, DETAILS_MAX).toWellFormed();
};

/** An evaluator's answer: `{score, details?}`. Null, with the details as the reason, where it can't tell. */
export function readScore(output: unknown, [low, high]: Range): { score: number | null; details?: string } {
  if (!isRecord(output)) throw new PluginError("output", "an evaluator answers {score, details?}");
  const { score } = output;
  const details = textOf(output.details);
  if (score !== null && typeof score !== "number")
    throw new PluginError("output", "score must be a number, or null");
  if (score !== null && (score < (low ?? -Infinity) || score > (high ?? Infinity)))
    throw new PluginError("output", `score must lie within [${low ?? "-∞"}, ${high ?? "∞"}], is ${score}`);
  return { score, ...(details === undefined ? {} : { details }) };
}

/** A transform's answer: `{text}`. */
export function readText(output: unknown): string {
  if (isRecord(output) && typeof output.text === "string") return output.text;
  throw new PluginError("output", "a transform answers {text}");
}
