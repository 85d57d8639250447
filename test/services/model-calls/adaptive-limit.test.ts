import { describe, expect, test } from "bun:test";
import { createAdaptiveLimit } from "../../../src/services/model-calls/adaptive-limit.ts";

/** Reports successful calls at the full limit. */
function succeed(limit: ReturnType<typeof createAdaptiveLimit>, calls: number): void {
  for (let call = 0; call < calls; call++) limit.succeeded(limit.value);
}

/**
 * Simulates rounds of calls to a provider that accepts `capacity` at once and refuses the rest, which are called again.
 * Returns the mean number of successful calls in a round, once the limit has settled.
 */
function settledRate(capacity: number, rounds: number): number {
  const limit = createAdaptiveLimit({ min: 1, max: 100, start: 20 });
  let succeeded = 0;
  for (let round = 0; round < 2 * rounds; round++) {
    const started_at = performance.now();
    const in_flight = limit.value;
    const borne = Math.min(in_flight, capacity);
    succeed(limit, borne);
    if (in_flight > capacity) limit.overloaded(started_at);
    if (round >= rounds) succeeded += borne;
  }
  return succeeded / rounds;
}

describe("the adaptive limit", () => {
  test("begins at `start`, within its bounds", () => {
    expect(createAdaptiveLimit({ min: 1, max: 100, start: 20 }).value).toBe(20);
    expect(createAdaptiveLimit({ min: 1, max: 8, start: 20 }).value).toBe(8);
    expect(createAdaptiveLimit({ min: 30, max: 50, start: 20 }).value).toBe(30);
  });

  test("rises by one for each successful round, up to its maximum", () => {
    const limit = createAdaptiveLimit({ min: 1, max: 22, start: 20 });
    succeed(limit, 19);
    expect(limit.value).toBe(20);
    succeed(limit, 1);
    expect(limit.value).toBe(21);
    succeed(limit, 10_000);
    expect(limit.value).toBe(22);
  });

  test("does not rise while fewer calls are under way", () => {
    const limit = createAdaptiveLimit({ min: 1, max: 100, start: 20 });
    for (let call = 0; call < 1000; call++) limit.succeeded(19);
    expect(limit.value).toBe(20);
  });

  test("halves at a refusal, once for all calls that were under way, and not below its minimum", () => {
    const limit = createAdaptiveLimit({ min: 8, max: 100, start: 40 });
    const started_at = performance.now();
    limit.overloaded(started_at);
    limit.overloaded(started_at);
    expect(limit.value).toBe(20);
    limit.overloaded(performance.now());
    limit.overloaded(performance.now());
    expect(limit.value).toBe(8);
  });

  test("climbs back quickly to below the refused number, and exceeds it only after a while", () => {
    const limit = createAdaptiveLimit({ min: 1, max: 100, start: 31 });
    limit.overloaded(performance.now());
    expect(limit.value).toBe(15);
    succeed(limit, 2 * 15);
    expect(limit.value).toBe(30);
    succeed(limit, 10 * 30 - 1);
    expect(limit.value).toBe(30);
    succeed(limit, 1);
    expect(limit.value).toBe(31);
  });

  test.each([2, 7, 30, 64, 99])("uses more than 85 %% of a provider that accepts %d calls", (capacity) => {
    expect(settledRate(capacity, 500)).toBeGreaterThan(0.85 * capacity);
  });
});
