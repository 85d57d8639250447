import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { createSlots } from "../../../../src/base/slots.ts";
import { walkRun } from "../../../../src/services/benchmarks/run/run-walk.ts";

const nothingSettled = () => false;
const neverAborted = () => new AbortController().signal;

/** Settles each trial on command, or after some turns of the event loop. */
function createTrials(pause: () => Promise<void> = () => Promise.resolve()) {
  const begun: number[] = [];
  let open = 0;
  let mostOpen = 0;
  return {
    begun,
    get open() {
      return open;
    },
    get mostOpen() {
      return mostOpen;
    },
    async settle(index: number): Promise<void> {
      begun.push(index);
      mostOpen = Math.max(mostOpen, ++open);
      await pause();
      open--;
    },
  };
}

describe("a walk", () => {
  test("settles every trial once, in order, and none that was settled before", async () => {
    const trials = createTrials();
    await walkRun({
      total: 100,
      window: createSlots(7),
      signal: neverAborted(),
      settle: trials.settle,
      isSettled: (index) => index % 3 === 0,
    });
    expect(trials.begun).toEqual([...Array(100).keys()].filter((index) => index % 3 !== 0));
  });

  test("with nothing to do it does nothing", async () => {
    const trials = createTrials();
    const rest = { window: createSlots(1), signal: neverAborted(), settle: trials.settle };
    await walkRun({ ...rest, total: 0, isSettled: nothingSettled });
    await walkRun({ ...rest, total: 50, isSettled: () => true });
    expect(trials.begun).toEqual([]);
  });

  test("never opens more than the window, and uses all of it", async () => {
    const random = createRandom(5);
    for (const limit of [1, 2, 13]) {
      const trials = createTrials(() => Bun.sleep(random() * 3));
      await walkRun({
        total: 60,
        window: createSlots(limit),
        signal: neverAborted(),
        settle: trials.settle,
        isSettled: nothingSettled,
      });
      expect(trials.mostOpen).toBe(limit);
      expect(trials.open).toBe(0);
    }
  });

  test("walks that share a window share it evenly", async () => {
    const window = createSlots(4);
    const order: string[] = [];
    // One trial ends at a time: on a busy machine several timers would end together, and the order be chance.
    let last = Promise.resolve();
    const trials = createTrials(() => {
      last = last.then(() => Bun.sleep(1));
      return last;
    });
    const walk = (name: string) =>
      walkRun({
        total: 20,
        window,
        signal: neverAborted(),
        isSettled: nothingSettled,
        settle: (index) => {
          order.push(name);
          return trials.settle(index);
        },
      });
    await Promise.all([walk("a"), walk("b")]);
    expect(trials.mostOpen).toBe(4);
    // The first to come fills the window; from then on they take turns.
    const shared = order.slice(8, 28);
    expect(shared.filter((name) => name === "a").length).toBeGreaterThanOrEqual(8);
    expect(shared.filter((name) => name === "b").length).toBeGreaterThanOrEqual(8);
  });
});

describe("an aborted walk", () => {
  test("begins nothing more, waits for what is open, gives its slots back and does not throw", async () => {
    const controller = new AbortController();
    const window = createSlots(5);
    const trials = createTrials(() => Bun.sleep(5));
    const walking = walkRun({
      total: 1000,
      window,
      signal: controller.signal,
      settle: trials.settle,
      isSettled: nothingSettled,
    });
    await Bun.sleep(12);
    controller.abort("cancelled");
    const begun = trials.begun.length;
    await walking;
    expect(trials.begun.length).toBe(begun);
    expect(trials.open).toBe(0);
    const slots = await Promise.all([1, 2, 3, 4, 5].map(() => window.take()));
    expect(slots).toHaveLength(5);
  });

  test("trials that end with the signal's reason have not failed", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const untilAborted = () =>
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const walking = walkRun({
      total: 10,
      window: createSlots(3),
      signal,
      settle: untilAborted,
      isSettled: nothingSettled,
    });
    await Bun.sleep(5);
    controller.abort("stopping");
    expect(await walking).toBeUndefined();
  });

  test("an internal error in the meantime is still thrown", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const settle = () =>
      new Promise<void>((_, reject) =>
        signal.addEventListener("abort", () => reject(new Error("disk is full"))),
      );
    const walking = walkRun({
      total: 10,
      window: createSlots(3),
      signal,
      settle,
      isSettled: nothingSettled,
    });
    await Bun.sleep(5);
    controller.abort("stopping");
    await expect(walking).rejects.toThrow("disk is full");
  });

  test("one that was aborted before it began begins nothing", async () => {
    const trials = createTrials();
    const signal = AbortSignal.abort("cancelled");
    await walkRun({
      total: 10,
      window: createSlots(3),
      signal,
      settle: trials.settle,
      isSettled: nothingSettled,
    });
    expect(trials.begun).toEqual([]);
  });
});

describe("a trial that throws", () => {
  test("ends the walk with its error, once the others that are open have ended", async () => {
    const trials = createTrials(() => Bun.sleep(5));
    const window = createSlots(4);
    const walking = walkRun({
      total: 1000,
      window,
      signal: neverAborted(),
      isSettled: nothingSettled,
      async settle(index) {
        await trials.settle(index);
        if (index === 6) throw new Error("the row could not be written");
      },
    });
    expect(await walking.catch((error: Error) => error.message)).toBe("the row could not be written");
    expect(trials.open).toBe(0);
    expect(trials.begun.length).toBeLessThan(20);
    expect(await Promise.all([1, 2, 3, 4].map(() => window.take()))).toHaveLength(4);
  });
});

test("trials that settle at once yield to the event loop", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const busy = async () => {
    const until = performance.now() + 0.2;
    while (performance.now() < until);
  };
  await walkRun({
    total: 300,
    window: createSlots(64),
    signal: neverAborted(),
    settle: busy,
    isSettled: nothingSettled,
  });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});
