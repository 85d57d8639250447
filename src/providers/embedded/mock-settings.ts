import { SEED_MAX } from "../../domain/benchmarks/benchmark.ts";
import { TIMEOUT_MS_MAX } from "../../domain/completions/completion.ts";
import { unknownName } from "../failures.ts";
import { ProviderError } from "../provider.ts";

export const MOCK = "mock";
export const MOCK_ERRORS = ["400", "401", "429", "500", "503", "timeout", "cut"] as const;
export type MockError = (typeof MOCK_ERRORS)[number];

/** The behaviour of a simulated model: the part of its name after the question mark. */
export interface MockSettings {
  /** Minimum time of a whole call, in milliseconds. */
  latency_ms: number;
  /** Time to the first word, in milliseconds. */
  ttft_ms: number;
  /** Words per second after the first word; Infinity means no delay. */
  tokens_per_second: number;
  /** Share of calls that fail, 0 to 1. */
  error_rate: number;
  error: MockError;
  /** Share of arithmetic questions that are answered correctly, 0 to 1. */
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

function checkNames(settings: URLSearchParams): void {
  const names = [...settings.keys()];
  for (const name of names) {
    if (!SETTINGS.includes(name)) throw unknownName(MOCK, "setting", { name, known: SETTINGS });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw refuse(`the setting '${twice}' is given twice.`);
}

function readNumber(settings: URLSearchParams, name: NumberSetting): number {
  const { min, max, whole, unset } = RANGES[name];
  const text = settings.get(name);
  if (text === null) return unset;
  const value = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw refuse(`${name} must be a ${whole ? "whole " : ""}number from ${min} to ${max}, not '${text}'.`);
}

function readError(settings: URLSearchParams): MockError {
  const text = settings.get("error") ?? "500";
  const error = MOCK_ERRORS.find((known) => known === text);
  if (!error) throw refuse(`error must be one of ${MOCK_ERRORS.join(", ")}, not '${text}'.`);
  return error;
}

/**
 * Reads `mock?latency_ms=100&accuracy=0.9`. An `error` without an `error_rate` fails every call; an `error_rate`
 * without an `error` fails with 500. Throws `invalid_request` naming the fault and the accepted values.
 */
export function readMockSettings(model: string): MockSettings {
  const [name = "", query = ""] = model.split(/\?(.*)/s);
  if (name !== MOCK) throw unknownName(MOCK, "model", { name, known: [MOCK, `${MOCK}?${SETTINGS[0]}=100`] });
  const settings = new URLSearchParams(query);
  checkNames(settings);
  const alwaysFails = settings.has("error") && !settings.has("error_rate");
  return {
    latency_ms: readNumber(settings, "latency_ms"),
    ttft_ms: readNumber(settings, "ttft_ms"),
    tokens_per_second: readNumber(settings, "tokens_per_second"),
    error_rate: alwaysFails ? 1 : readNumber(settings, "error_rate"),
    error: readError(settings),
    accuracy: readNumber(settings, "accuracy"),
    seed: readNumber(settings, "seed"),
  };
}
