import { SEED_MAX } from "../../domain/benchmarks/benchmark.ts";
import { TIMEOUT_MS_MAX } from "../../domain/completions/completion.ts";
import { unknownName } from "../failures.ts";
import { ProviderError } from "../provider.ts";

export const MOCK = "mock";
export const MOCK_ERRORS = ["400", "401", "429", "500", "503", "timeout", "cut"] as const;
export type MockError = (typeof MOCK_ERRORS)[number];

/** How a simulated model behaves: what stands behind the question mark of its name. */
export interface MockSettings {
  /** Least time of a whole call, in milliseconds. */
  latency_ms: number;
  /** Time to the first word, in milliseconds. */
  ttft_ms: number;
  /** Words per second after the first; Infinity for no delay between words. */
  tokens_per_second: number;
  /** Share of calls that fail, 0 to 1. */
  error_rate: number;
  error: MockError;
  /** Share of arithmetic questions that are answered rightly, 0 to 1. */
  accuracy: number;
  seed: number;
}

type NumberSetting = Exclude<keyof MockSettings, "error">;

const RANGES: Record<NumberSetting, { min: number; max: number; whole?: true; unset: number }> = {
  latency_ms: { min: 0, max: TIMEOUT_MS_MAX, unset: 0 },
  ttft_ms: { min: 0, max: TIMEOUT_MS_MAX, unset: 0 },
  tokens_per_second: { min: 0.1, max: 1_000_000, unset: Number.POSITIVE_INFINITY },
  error_rate: { min: 0, max: 1, unset: 0 },
  accuracy: { min: 0, max: 1, unset: 1 },
  seed: { min: 0, max: SEED_MAX, whole: true, unset: 0 },
};

const SETTINGS: readonly string[] = [...Object.keys(RANGES), "error"];

const refuse = (fault: string): ProviderError =>
  new ProviderError(MOCK, "invalid_request", `mock: ${fault} Accepted settings: ${SETTINGS.join(", ")}.`);

function checkNames(given: URLSearchParams): void {
  const names = [...given.keys()];
  for (const name of names) {
    if (!SETTINGS.includes(name)) throw unknownName(MOCK, "setting", name, SETTINGS);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw refuse(`the setting '${twice}' is given twice.`);
}

function readNumber(given: URLSearchParams, name: NumberSetting): number {
  const { min, max, whole, unset } = RANGES[name];
  const text = given.get(name);
  if (text === null) return unset;
  const value = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw refuse(`${name} must be a ${whole ? "whole " : ""}number from ${min} to ${max}, not '${text}'.`);
}

function readError(given: URLSearchParams): MockError {
  const text = given.get("error") ?? "500";
  const error = MOCK_ERRORS.find((known) => known === text);
  if (!error) throw refuse(`error must be one of ${MOCK_ERRORS.join(", ")}, not '${text}'.`);
  return error;
}

/**
 * Reads `mock?latency_ms=100&accuracy=0.9`. A given `error` without an `error_rate` fails every call; an
 * `error_rate` without an `error` fails with 500. Throws `invalid_request` naming the fault and what is accepted.
 */
export function readMockSettings(model: string): MockSettings {
  const [name = "", query = ""] = model.split(/\?(.*)/s);
  if (name !== MOCK) throw unknownName(MOCK, "model", name, [MOCK, `${MOCK}?${SETTINGS[0]}=100`]);
  const given = new URLSearchParams(query);
  checkNames(given);
  const alwaysFails = given.has("error") && !given.has("error_rate");
  return {
    latency_ms: readNumber(given, "latency_ms"),
    ttft_ms: readNumber(given, "ttft_ms"),
    tokens_per_second: readNumber(given, "tokens_per_second"),
    error_rate: alwaysFails ? 1 : readNumber(given, "error_rate"),
    error: readError(given),
    accuracy: readNumber(given, "accuracy"),
    seed: readNumber(given, "seed"),
  };
}
