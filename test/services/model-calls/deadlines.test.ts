import { describe, expect, test } from "bun:test";
import { ProviderError } from "../../../src/providers/provider.ts";
import { startDeadlines, TIME_LIMITS } from "../../../src/services/model-calls/deadlines.ts";

test("a call may take ten minutes, as with the vendors' own clients", () => {
  expect(TIME_LIMITS.total_ms).toBe(600_000);
});

test("a model may think as long before the headers of its answer as after them", () => {
  expect(TIME_LIMITS.connect_ms).toBe(TIME_LIMITS.first_token_ms);
});

const LONG = { connect_ms: 60_000, first_token_ms: 60_000, idle_ms: 60_000, total_ms: 60_000 };

const fired = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted
    ? Promise.resolve(signal.reason)
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

describe("deadlines", () => {
  test.each([
    ["connect", "did not begin to answer within 5 ms"],
    ["first_token", "first token did not arrive within 5 ms"],
    ["idle", "no data arrived within 5 ms"],
  ] as const)("the limit of the step %s ends the call and says so", async (step, words) => {
    const deadlines = startDeadlines("acme", { ...LONG, [`${step}_ms`]: 5 });
    deadlines.step(step);
    const reason = await fired(deadlines.signal);
    expect(reason).toBeInstanceOf(ProviderError);
    expect(reason).toMatchObject({ provider: "acme", reason: "timeout", retryable: false });
    expect(String(reason)).toContain(words);
    deadlines.end();
  });

  test("the total ends the call whatever its steps do", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, idle_ms: 10_000, total_ms: 50 });
    const steps = setInterval(() => deadlines.step("idle"), 5);
    expect(String(await fired(deadlines.signal))).toContain("not complete within 50 ms");
    expect(deadlines.left()).toBeLessThanOrEqual(1);
    clearInterval(steps);
    deadlines.end();
  });

  test("a new step stops the clock of the previous one", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, connect_ms: 10 });
    deadlines.step("connect");
    deadlines.step("idle");
    await Bun.sleep(30);
    expect(deadlines.signal.aborted).toBe(false);
    deadlines.end();
  });

  test("a pause stops the clock of the step", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, connect_ms: 10 });
    deadlines.step("connect");
    deadlines.pause();
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

  test.each([
    ["cancelled", "left"],
    ["timeout", new DOMException("late", "TimeoutError")],
  ])("the caller's signal ends the call as %s, also if it fired before the call", async (reason, cause) => {
    const controller = new AbortController();
    const deadlines = startDeadlines("acme", LONG, controller.signal);
    controller.abort(cause);
    expect(await fired(deadlines.signal)).toMatchObject({ name: "ProviderError", reason, cause });
    deadlines.end();
    const late = startDeadlines("acme", LONG, AbortSignal.abort(cause));
    expect(late.signal.reason).toMatchObject({ name: "ProviderError", reason, cause });
    late.end();
  });

  test("the total stands still during `hold`", async () => {
    const deadlines = startDeadlines("acme", { ...LONG, total_ms: 60 });
    deadlines.hold();
    await Bun.sleep(80);
    expect(deadlines.signal.aborted).toBe(false);
    expect(deadlines.left()).toBeGreaterThan(50);
    deadlines.resume();
    expect(String(await fired(deadlines.signal))).toContain("not complete within 60 ms");
    deadlines.end();
  });
});
