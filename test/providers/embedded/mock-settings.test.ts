import { describe, expect, test } from "bun:test";
import { readMockSettings } from "../../../src/providers/embedded/mock-settings.ts";
import { ProviderError } from "../../../src/providers/provider.ts";

const DEFAULTS = {
  latency_ms: 0,
  ttft_ms: 0,
  tokens_per_second: Number.POSITIVE_INFINITY,
  error_rate: 0,
  error: "500",
  accuracy: 1,
  seed: 0,
} as const;

test.each(["mock", "mock?"])("%s has no delay, no errors and no mistakes", (model) => {
  expect(readMockSettings(model)).toEqual(DEFAULTS);
});

test("reads every setting", () => {
  const model =
    "mock?latency_ms=100&ttft_ms=20.5&tokens_per_second=200&error_rate=0.02&error=429&accuracy=0.9&seed=1";
  expect(readMockSettings(model)).toEqual({
    latency_ms: 100,
    ttft_ms: 20.5,
    tokens_per_second: 200,
    error_rate: 0.02,
    error: "429",
    accuracy: 0.9,
    seed: 1,
  });
});

test("an error without a rate fails every call; a rate without an error fails with 500", () => {
  expect(readMockSettings("mock?error=cut")).toMatchObject({ error: "cut", error_rate: 1 });
  expect(readMockSettings("mock?error=cut&error_rate=0")).toMatchObject({ error: "cut", error_rate: 0 });
  expect(readMockSettings("mock?error_rate=0.5")).toMatchObject({ error: "500", error_rate: 0.5 });
});

describe("what it refuses", () => {
  const refusal = (model: string): ProviderError => {
    try {
      readMockSettings(model);
    } catch (error) {
      if (error instanceof ProviderError) return error;
      throw error;
    }
    throw new Error(`${model} was accepted`);
  };

  test.each([
    ["mock?accuracy=1.1", "accuracy must be a number from 0 to 1, not '1.1'."],
    ["mock?accuracy=-0.1", "accuracy must be a number from 0 to 1, not '-0.1'."],
    ["mock?error_rate=2", "error_rate must be a number from 0 to 1, not '2'."],
    ["mock?latency_ms=", "latency_ms must be a number from 0 to 600000, not ''."],
    ["mock?latency_ms=1e3", "latency_ms must be a number from 0 to 600000, not '1e3'."],
    ["mock?ttft_ms=0x10", "ttft_ms must be a number from 0 to 600000, not '0x10'."],
    ["mock?tokens_per_second=0", "tokens_per_second must be a number from 0.1 to 1000000, not '0'."],
    ["mock?seed=1.5", "seed must be a whole number from 0 to 2147483647, not '1.5'."],
    ["mock?error=418", "error must be one of 400, 401, 429, 500, 503, timeout, cut, not '418'."],
    ["mock?seed=1&seed=2", "the setting 'seed' is given twice."],
  ])("%s", (model, fault) => {
    const error = refusal(model);
    expect(error).toMatchObject({ provider: "mock", reason: "invalid_request" });
    expect(error.message).toContain(fault);
    expect(error.message).toContain("Accepted settings: latency_ms, ttft_ms, tokens_per_second");
  });

  test("an unknown setting, naming the accepted ones and the nearest", () => {
    const error = refusal("mock?latency=100");
    expect(error.message).toContain("unknown setting 'latency'");
    expect(error.message).toContain(
      "latency_ms, ttft_ms, tokens_per_second, error_rate, accuracy, seed, error",
    );
    expect(refusal("mock?sed=1").message).toContain("Did you mean 'seed'?");
  });

  test.each(["", "mocks", "MOCK", "mock&seed=1"])("the name '%s'", (model) => {
    expect(refusal(model).message).toContain(`unknown model '${model}'`);
  });
});
