import { isRecord } from "../base/json/json.ts";
import { PluginError } from "./plugin.ts";

/** The inputs and outputs of each kind of plugin. */

export interface EvaluatorInput {
  input: string;
  output: string;
  /** The reference, or a list of accepted references; null if the sample has none. */
  expected: string | readonly string[] | null;
  context: string | readonly string[] | null;
  parameters: Readonly<Record<string, unknown>>;
}

export interface TransformInput {
  text: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** Lowest and highest score; null means unbounded. */
export type Range = readonly [number | null, number | null];

const DETAILS_MAX = 1_000;

const textOf = (details: unknown): string | undefined => {
  if (details === undefined || details === null || details === "") return undefined;
  // The cut may split a surrogate pair.
  const text = typeof details === "string" ? details : JSON.stringify(details);
  return text.slice(0, DETAILS_MAX).toWellFormed();
};

/**
 * Reads an evaluator's output, `{score, details?}`. If the score is null, the details are the reason. Throws a
 * PluginError for any other form.
 */
export function readScore(output: unknown, [low, high]: Range): { score: number | null; details?: string } {
  if (!isRecord(output)) throw new PluginError("output", "an evaluator must return {score, details?}");
  const { score } = output;
  const details = textOf(output.details);
  if (score !== null && typeof score !== "number")
    throw new PluginError("output", "score must be a number or null");
  if (score !== null && (score < (low ?? -Infinity) || score > (high ?? Infinity)))
    throw new PluginError("output", `score is ${score}; it must be within [${low ?? "-∞"}, ${high ?? "∞"}]`);
  return { score, ...(details === undefined ? {} : { details }) };
}

/** Reads a transform's output, `{text}`. Throws a PluginError for any other form. */
export function readText(output: unknown): string {
  if (isRecord(output) && typeof output.text === "string") return output.text;
  throw new PluginError("output", "a transform must return {text}");
}
