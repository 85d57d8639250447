import { describe, expect, test } from "bun:test";
import { createCoalescer, progressBefore } from "../../../../src/services/benchmarks/run/progress.ts";

describe("the coalescer", () => {
  test("reports at most ten times a second, with the current value", async () => {
    let value = 0;
    const told: { value: number; at: number }[] = [];
    const coalescer = createCoalescer(async () => {
      told.push({ value, at: performance.now() });
    });
    const started = performance.now();
    while (performance.now() - started < 550) {
      value++;
      coalescer.touch();
      await Bun.sleep(1);
    }
    await coalescer.stop();
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.length).toBeLessThanOrEqual(Math.floor((performance.now() - started) / 100) + 1);
    for (const [index, { at }] of told.entries()) {
      // Timers keep whole milliseconds.
      if (index > 0) expect(at - told[index - 1]!.at).toBeGreaterThan(98);
    }
    expect(told.map((each) => each.value)).toEqual(told.map((each) => each.value).toSorted((a, b) => a - b));
  });

  test("without a change there is no report", async () => {
    let tellings = 0;
    const coalescer = createCoalescer(async () => void tellings++);
    await Bun.sleep(120);
    await coalescer.stop();
    expect(tellings).toBe(0);
  });

  test("after stop there are no more reports", async () => {
    let tellings = 0;
    const coalescer = createCoalescer(async () => void tellings++);
    coalescer.touch();
    await coalescer.stop();
    await Bun.sleep(120);
    expect(tellings).toBe(0);
  });

  test("stop waits for the current report; reports do not overlap", async () => {
    let open = 0;
    let most = 0;
    let done = 0;
    const coalescer = createCoalescer(async () => {
      most = Math.max(most, ++open);
      await Bun.sleep(250);
      open--;
      done++;
    });
    coalescer.touch();
    await Bun.sleep(110);
    coalescer.touch();
    await Bun.sleep(110);
    await coalescer.stop();
    expect({ open, most, done }).toEqual({ open: 0, most: 1, done: 2 });
  });

  test("a failed report is thrown by stop, and not earlier", async () => {
    let tellings = 0;
    const coalescer = createCoalescer(async () => {
      tellings++;
      throw new Error("the disk is full");
    });
    coalescer.touch();
    await Bun.sleep(110);
    coalescer.touch();
    await Bun.sleep(110);
    expect(await coalescer.stop().catch((error: Error) => error.message)).toBe("the disk is full");
    expect(tellings).toBe(1);
  });
});

test("before the end progress stays below 1, because 1 means that results exist", () => {
  expect([progressBefore(0, 10), progressBefore(5, 10)]).toEqual([0, 0.5]);
  expect([progressBefore(10, 10), progressBefore(1, 1)]).toEqual([0.95, 0.5]);
});
