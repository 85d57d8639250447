import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { createBudget } from "../../../../src/services/benchmarks/run/budget.ts";
import { createCeiling } from "../../../../src/services/benchmarks/run/ceiling.ts";
import { OverBudget } from "../../../../src/services/model-calls/ledger.ts";
import { openStoreIn } from "../../../support/store.ts";
import { tempDirs } from "../../../support/temp-dir.ts";

const tempDir = tempDirs();
const never = new AbortController().signal;

describe("a ceiling", () => {
  test("a call that does not fit waits while another is open, and is refused if none is", async () => {
    const ceiling = createCeiling(1, 0.25);
    const first = await ceiling.reserve(0.5, never);
    let second = false;
    const waiting = ceiling.reserve(0.5, never).then((hold) => {
      second = true;
      return hold;
    });
    await Bun.sleep(1);
    expect(second).toBe(false);
    first.settle(0.125);
    first.settle(0.5);
    const hold = await waiting;
    expect(ceiling.spent_usd).toBe(0.375);
    const third = ceiling.reserve(0.5, never);
    hold.settle(0.5);
    expect(await third.catch((error: unknown) => error)).toBeInstanceOf(OverBudget);
    // A cheaper call still fits.
    (await ceiling.reserve(0.125, never)).settle(0.125);
    expect(ceiling.spent_usd).toBe(1);
  });

  test("an aborted call leaves the queue, and the calls behind it go on", async () => {
    const ceiling = createCeiling(1, 0);
    const open = await ceiling.reserve(0.5, never);
    const controller = new AbortController();
    const large = ceiling.reserve(0.75, controller.signal);
    const small = ceiling.reserve(0.25, never);
    controller.abort("left");
    expect(await large.catch((error: unknown) => error)).toBe("left");
    (await small).settle(0);
    open.settle(0);
    expect(ceiling.reserve(1, AbortSignal.abort("gone"))).rejects.toBe("gone");
  });

  test("a trial with earlier costs goes before trials that have not begun", async () => {
    const budget = createBudget({
      benchmark_id: "a benchmark",
      ceiling_usd: 1,
      spent_usd: 0,
      holds: { add: async () => [], settle: async () => undefined },
    });
    const begun = budget.account();
    (await begun.reserve(0.5, never)).settle(0.25);
    const open = await budget.account().reserve(0.75, never);
    const order: string[] = [];
    const fresh = budget
      .account()
      .reserve(0.5, never)
      .then(
        () => order.push("fresh"),
        () => order.push("fresh refused"),
      );
    const judge = begun.reserve(0.5, never).then((hold) => {
      order.push("judge");
      hold.settle(0.5);
    });
    open.settle(0);
    await Promise.all([fresh, judge]);
    expect(order).toEqual(["judge", "fresh refused"]);
    expect(begun.close()).toMatchObject({ spent_usd: 0.75 });
  });

  test("stored holds never exceed the ceiling either: a settled call frees its room in both", async () => {
    const store = await openStoreIn(tempDir());
    const budget = createBudget({
      benchmark_id: "a benchmark",
      ceiling_usd: 1,
      spent_usd: 0,
      holds: store.holds,
    });
    const trials = [budget.account(), budget.account(), budget.account()];
    for (let call = 0; call < 4; call++) {
      await Promise.all(
        trials.map(async (trial) => {
          const hold = await trial.reserve(0.5, never);
          expect(await store.holds.sum("a benchmark")).toBeLessThanOrEqual(1);
          hold.settle(0.03125);
        }),
      );
    }
    await store.holds.add({ hold_id: "last", benchmark_id: "a benchmark", usd: 0 });
    expect(await store.holds.sum("a benchmark")).toBe(0.375);
    expect(trials.map((trial) => trial.close().spent_usd)).toEqual([0.125, 0.125, 0.125]);
    await store.close();
  });

  test("200 ledgers under many callers at once: spent and held never pass the ceiling", async () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = createRandom(seed);
      const ceiling = 0.01 + random();
      const ledger = createCeiling(ceiling, 0);
      let billed = 0;
      let possible = 0;
      const caller = async (): Promise<void> => {
        for (let call = 0; call < 10; call++) {
          const worst = random() * 0.05;
          const hold = await ledger.reserve(worst, never).catch(() => undefined);
          if (!hold) return;
          possible += worst;
          expect(possible).toBeLessThanOrEqual(ceiling + 1e-12);
          await new Promise<void>((resolve) => setImmediate(resolve));
          const cost = random() < 0.1 ? worst : worst * random();
          billed += cost;
          possible -= worst - cost;
          hold.settle(cost);
        }
      };
      await Promise.all(Array.from({ length: 12 }, caller));
      expect(billed).toBeLessThanOrEqual(ceiling);
      expect(ledger.spent_usd).toBeCloseTo(billed, 9);
    }
  });
});
