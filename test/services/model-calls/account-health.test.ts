import { describe, expect, test } from "bun:test";
import { ProviderError, type ProviderFailure } from "../../../src/providers/provider.ts";
import { createAccountHealth } from "../../../src/services/model-calls/account-health.ts";

const failure = (reason: ProviderFailure, retryable = true, retry_after_ms?: number) =>
  new ProviderError("acme", reason, reason, {
    retryable,
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
  });

/** A health with a clock that the test moves. */
function createHealth() {
  const clock = { ms: 0 };
  const health = createAccountHealth(() => clock.ms);
  const fail = (times: number, reason: ProviderFailure = "unreachable") => {
    for (let count = 0; count < times; count++) {
      health.begin();
      health.end(failure(reason));
    }
  };
  return { clock, health, fail };
}

describe("an account is down", () => {
  test("after ten failures in a row, for one second", () => {
    const { clock, health, fail } = createHealth();
    fail(9);
    expect(health.downLeft()).toBe(0);
    fail(1, "server_error");
    expect(health.downLeft()).toBe(1_000);
    expect(health.last?.reason).toBe("server_error");
    clock.ms = 400;
    expect(health.downLeft()).toBe(600);
  });

  test("not if a call was answered, or refused, between them", () => {
    for (const answer of [undefined, failure("invalid_request"), failure("rate_limited")]) {
      const { health, fail } = createHealth();
      fail(9);
      health.end(answer);
      fail(9);
      expect(health.downLeft()).toBe(0);
    }
  });

  test("not for calls that took too long or were cancelled", () => {
    const { health, fail } = createHealth();
    fail(30, "timeout");
    fail(30, "cancelled");
    expect(health.downLeft()).toBe(0);
  });

  test("until one call tries it: others wait, and each failed trial doubles the pause", () => {
    const { clock, health, fail } = createHealth();
    fail(10);
    for (const pause of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      clock.ms += health.downLeft();
      expect(health.downLeft()).toBe(0);
      health.begin();
      expect(health.downLeft()).toBeGreaterThan(0);
      health.end(failure("unreachable"));
      expect(health.downLeft()).toBe(pause);
    }
  });

  test("and recovers with the first answer", () => {
    const { clock, health, fail } = createHealth();
    fail(10);
    clock.ms = 1_000;
    health.begin();
    health.end();
    expect(health.downLeft()).toBe(0);
    fail(9);
    expect(health.downLeft()).toBe(0);
  });

  test("a trial that is cancelled leaves the place to the next one", () => {
    const { clock, health, fail } = createHealth();
    fail(10);
    clock.ms = 1_000;
    health.begin();
    health.end("left");
    expect(health.downLeft()).toBe(0);
  });
});

test.each<[ProviderError, number]>([
  [failure("rate_limited", true, 7_000), 7_000],
  [failure("rate_limited"), 2_000],
  [failure("rate_limited", false), 600_000],
  [failure("authentication", false), 600_000],
  [failure("server_error"), 1_000],
  [failure("overloaded", true, 9_000), 9_000],
  [failure("invalid_request", false), 0],
])("after %s it rests for %d ms", (error, rest_ms) => {
  const { health } = createHealth();
  health.end(error);
  expect(health.restLeft()).toBe(rest_ms);
});
