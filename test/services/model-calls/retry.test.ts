import { describe, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { waitBefore, withRetries } from "../../../src/services/model-calls/retry.ts";

const busy = (retry_after_ms?: number) =>
  new ProviderError("acme", "rate_limited", "busy", {
    retryable: true,
    status: 429,
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
  });
const refused = () => new ProviderError("acme", "authentication", "no");
const never = new AbortController().signal;
const atOnce = { signal: never, left: () => Number.POSITIVE_INFINITY, random: () => 0 };

/** Fails with the given errors in turn, then answers. */
function failing(...errors: Error[]) {
  const counter = { calls: 0 };
  const attempt = async () => {
    const error = errors[counter.calls++];
    if (error) throw error;
    return "answer";
  };
  return { counter, attempt };
}

describe("retries", () => {
  test("are counter after failures that may pass", async () => {
    const { attempt, counter } = failing(busy(), busy());
    expect(await withRetries(attempt, atOnce)).toBe("answer");
    expect(counter.calls).toBe(3);
  });

  test("are at most three: then the last failure is thrown unchanged", async () => {
    const last = busy();
    const { attempt, counter } = failing(busy(), busy(), busy(), last, busy());
    await expect(withRetries(attempt, atOnce)).rejects.toBe(last);
    await Bun.sleep(10);
    expect(counter.calls).toBe(4);
  });

  test.each([refused(), new Error("ours")])("are not made after %s", async (error) => {
    const { attempt, counter } = failing(error);
    await expect(withRetries(attempt, atOnce)).rejects.toBe(error);
    expect(counter.calls).toBe(1);
  });

  test("are not begun if the wait would outlast the time that is left", async () => {
    const error = busy(5_000);
    const { attempt, counter } = failing(error);
    await expect(withRetries(attempt, { ...atOnce, left: () => 4_999 })).rejects.toBe(error);
    expect(counter.calls).toBe(1);
  });

  test("are not begun if the provider asks for more than two minutes", async () => {
    const error = busy(120_001);
    const { attempt, counter } = failing(error);
    await expect(withRetries(attempt, atOnce)).rejects.toBe(error);
    expect(counter.calls).toBe(1);
  });

  test("wait as long as the provider asks", async () => {
    const { attempt } = failing(busy(40));
    const started = performance.now();
    await withRetries(attempt, atOnce);
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
  });

  test("end with the signal's reason during a wait", async () => {
    const controller = new AbortController();
    const { attempt } = failing(busy(60_000));
    const retried = withRetries(attempt, { ...atOnce, signal: controller.signal });
    setTimeout(() => controller.abort("gone"), 5);
    expect(retried).rejects.toBe("gone");
  });
});

describe("the wait before a retry", () => {
  test("is uniform up to a bound that doubles and is capped", () => {
    const most = [0, 1, 2, 9].map((attempt) => waitBefore(attempt, busy(), { random: () => 1 }));
    expect(most).toEqual([500, 1000, 2000, 20_000]);
    expect(waitBefore(3, busy(), { random: () => 0 })).toBe(0);
    expect(waitBefore(3, busy(), { random: () => 0.5 })).toBe(2000);
  });

  test("is never shorter than the provider asks", () => {
    expect(waitBefore(0, busy(3000), { random: () => 0 })).toBe(3000);
    expect(waitBefore(0, busy(3000), { random: () => 1 })).toBe(3050);
  });
});

describe("a call of a batch", () => {
  /** A clock that counts how often it stood still. */
  function createClock() {
    const counts = { held: 0, resumed: 0 };
    const clock = { hold: () => void counts.held++, resume: () => void counts.resumed++ };
    return { counts, clock };
  }

  test("waits out a rate limit for as many attempts as it takes; its clock stands still", async () => {
    const { clock, counts } = createClock();
    const refusals = Array.from({ length: 40 }, () => busy());
    const { attempt, counter } = failing(...refusals);
    expect(await withRetries(attempt, { ...atOnce, clock })).toBe("answer");
    expect(counter.calls).toBe(41);
    expect(counts).toEqual({ held: 40, resumed: 40 });
  });

  test("waits as long as the provider asks, even beyond its own time limit", async () => {
    const { clock } = createClock();
    const { attempt, counter } = failing(busy(5), busy(5));
    expect(await withRetries(attempt, { ...atOnce, left: () => 1, clock })).toBe("answer");
    expect(counter.calls).toBe(3);
  });

  test("gives up at once if the limit lasts for hours", async () => {
    const { clock, counts } = createClock();
    const error = busy(3 * 3_600_000);
    const { attempt, counter } = failing(error);
    expect(withRetries(attempt, { ...atOnce, clock })).rejects.toBe(error);
    expect(counter.calls).toBe(1);
    expect(counts.held).toBe(0);
  });

  test("does not wait for other failures longer than any call", async () => {
    const { clock } = createClock();
    const down = () => new ProviderError("acme", "overloaded", "down", { retryable: true, status: 503 });
    const { attempt, counter } = failing(down(), down(), down(), down(), down());
    expect(withRetries(attempt, { ...atOnce, clock })).rejects.toMatchObject({ reason: "overloaded" });
    await Bun.sleep(10);
    expect(counter.calls).toBe(4);
  });

  test("does not wait for an account without credit", async () => {
    const { clock } = createClock();
    const error = new ProviderError("acme", "rate_limited", "no credit", { status: 429 });
    const { attempt, counter } = failing(error);
    expect(withRetries(attempt, { ...atOnce, clock })).rejects.toBe(error);
    expect(counter.calls).toBe(1);
  });
});
