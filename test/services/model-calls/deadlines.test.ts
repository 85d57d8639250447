import { describe, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { startDeadlines } from "../../../src/services/model-calls/deadlines.ts";

const LONG = { connect_ms: 60_000, first_token_ms: 60_000, idle_ms: 60_000, total_ms: 60_000 };

const fired = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted
    ? Promise.resolve(signal.reason)
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

describe("deadlines", () => {
  test.each([
    ["connect", "did not begin to answer within 5 ms", true],
    ["first_token", "first token did not come within 5 ms", false],
    ["idle", "nothing came within 5 ms", false],
  ] as const)("the limit of the step %s ends the call and says so", async (step, words, retryable) => {
    const deadlines = startDeadlines("acme", { ...LONG, [`${step}_ms`]: 5 });
    deadlines.step(step);
    const reason = await fired(deadlines.signal);
    expect(reason).toBeInstanceOf(ProviderError);
    expect(reason).toMatchObject({ provider: "acme", reason: "timeout", retryable });
    expect(String(reason)).toContain(words);
    deadlines.end();
  });

  test("the total ends the call whatever its steps do", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, idle_ms: 20, total_ms: 50 });
    const steps = setInterval(() => deadlines.step("idle"), 5);
    expect(String(await fired(deadlines.signal))).toContain("not complete within 50 ms");
    expect(deadlines.left()).toBeLessThanOrEqual(1);
    clearInterval(steps);
    deadlines.end();
  });

  test("a new step takes the place of the last one", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, connect_ms: 10 });
    deadlines.step("connect");
    deadlines.step("idle");
    await Bun.sleep(30);
    expect(deadlines.signal.aborted).toBe(false);
    deadlines.end();
  });

  test("after the end no clock runs", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, idle_ms: 5, total_ms: 5 });
    deadlines.step("idle");
    deadlines.end();
    await Bun.sleep(20);
    expect(deadlines.signal.aborted).toBe(false);
  });

  test("the caller's own signal ends the call with the caller's reason, also if it fired before", async () => {
    const controller = new AbortController();
    const deadlines = startDeadlines("acme", LONG, controller.signal);
    controller.abort("left");
    expect(await fired(deadlines.signal)).toBe("left");
    deadlines.end();
    const late = startDeadlines("acme", LONG, AbortSignal.abort("was gone"));
    expect(late.signal.reason).toBe("was gone");
    late.end();
  });
});
