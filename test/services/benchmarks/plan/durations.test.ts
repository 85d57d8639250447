import { describe, expect, test } from "bun:test";
import {
  durationsOf,
  type LaneLimit,
  longestOf,
  type Work,
} from "../../../../src/services/benchmarks/plan/durations.ts";
import { exactly } from "../../../../src/services/benchmarks/plan/ranges.ts";

const work = (trials: number, latency_ms: number | null, provider = "one"): Work => ({
  provider,
  embedded: true,
  trials,
  latency_ms: latency_ms === null ? null : exactly(latency_ms),
});
const expected = (works: Work[], limit: LaneLimit = { now: 10, max: 10 }) =>
  durationsOf(works, { limitOf: () => limit, slowdown: 1 }).map((range) => range?.expected ?? null);
/** The server's own time is small compared with calls of seconds. */
const near = (value: number | null | undefined, wanted: number) => {
  expect(value ?? 0).toBeGreaterThan(wanted);
  expect(value ?? 0).toBeLessThan(wanted * 1.05);
};

/** A lane of so many slots whose limit grows by one after as many successes as it is wide, call by call. */
function simulated(trials: number, latency_ms: number, { now, max }: LaneLimit): number {
  const ends: number[] = [];
  let limit = now;
  let successes = 0;
  let begun = 0;
  let clock = 0;
  for (let ended = 0; ended < trials; ended++) {
    while (begun < trials && begun - ended < limit) {
      ends.push(clock + latency_ms);
      begun++;
    }
    clock = ends[ended] ?? 0;
    if (limit < max && ++successes >= limit) {
      successes = 0;
      limit++;
    }
  }
  return clock;
}

describe("how long runs take", () => {
  test("one run: in waves, and the last wave takes a whole call", () => {
    near(expected([work(100, 2_000)])[0], 20_000);
    near(expected([work(101, 2_000)])[0], 22_000);
    near(expected([work(3, 2_000)])[0], 2_000);
  });

  test("runs of one provider share its lane, runs of others don't", () => {
    const [short, long] = expected([work(100, 1_000), work(300, 1_000)]);
    near(short, 20_000);
    near(long, 40_000);
    for (const end of expected([work(100, 1_000), work(100, 1_000, "other")])) near(end, 10_000);
  });

  test("a slow call is waited for, however few there are", () => {
    const [quick, slow] = expected([work(10, 100), work(1, 30_000)]);
    expect(quick ?? 0).toBeLessThan(1_500);
    near(slow, 30_000);
  });

  test("a growing limit takes as long as in a simulated lane", () => {
    for (const [trials, limit] of [
      [500, { now: 20, max: 100 }],
      [5_000, { now: 20, max: 100 }],
      [20_000, { now: 20, max: 100 }],
    ] as const) {
      const real = simulated(trials, 5_000, limit);
      const [planned] = expected([work(trials, 5_000)], limit);
      expect(planned ?? 0).toBeGreaterThan(real * 0.93);
      expect(planned ?? 0).toBeLessThan(real * 1.07);
    }
  });

  test("a run with unknown latency makes the other runs of its provider unknown, too", () => {
    const ends = expected([work(10, null), work(10, 50), work(10, 50, "other")]);
    expect(ends.slice(0, 2)).toEqual([null, null]);
    expect(ends[2]).toBeGreaterThan(0);
    expect(longestOf([null, exactly(3)])).toBeNull();
    expect(longestOf([exactly(2), exactly(3)])).toEqual(exactly(3));
  });

  test("the server's own work counts where calls take no time", () => {
    const [none] = expected([work(100_000, 0)]);
    expect(none).toBeGreaterThan(5_000);
    expect(none).toBeLessThan(60_000);
  });
});
