import type { Range } from "../../../domain/benchmarks/plan.ts";
import { scaled } from "./ranges.ts";

/** How many calls of a provider may be under way: at first, and in the end. */
export interface LaneLimit {
  now: number;
  max: number;
}

/** A run's work: so many trials, of so many milliseconds each. */
export interface Work {
  provider: string;
  embedded: boolean;
  trials: number;
  latency_ms: Range | null;
}

/** Milliseconds that taking a benchmark up and summing it up take. */
const OVERHEAD_MS = 25;
/** Milliseconds of one core that the server itself spends on a trial. */
const SERVER_MS = { embedded: 0.1, remote: 0.22 };

/** How long a lane takes for some slot-milliseconds of work while its limit grows by one with each call's length. */
function laneTime(work_ms: number, mean_ms: number, { now, max }: LaneLimit): number {
  if (mean_ms === 0) return 0;
  const growing = (max - now) * mean_ms;
  const ramp = mean_ms * (Math.sqrt(now ** 2 + (2 * work_ms) / mean_ms) - now);
  if (ramp <= growing) return ramp;
  return growing + (work_ms - (growing * (now + max)) / 2) / max;
}

/** Trials begin in waves, the last of which takes a whole call however few are left. */
function waves(trials: number, mean_ms: number, limit: LaneLimit): number {
  if (limit.now < limit.max) return Math.max(mean_ms, laneTime(trials * mean_ms, mean_ms, limit));
  return Math.ceil(trials / limit.max) * mean_ms;
}

/** When each of the runs that share a lane evenly has done its work, for work in any unit and all of it taking 1. */
function sharesOf(works: readonly number[]): number[] {
  const total = works.reduce((sum, work) => sum + work, 0);
  if (total === 0) return works.map(() => 0);
  const ascending = works.toSorted((left, right) => left - right);
  const endOf = (work: number): number =>
    ascending.reduce((sum, other) => sum + Math.min(other, work), 0) / total;
  return works.map(endOf);
}

const serverMs = ({ embedded, trials }: Work): number =>
  trials * (embedded ? SERVER_MS.embedded : SERVER_MS.remote);

/** Milliseconds from a benchmark's start until each of its runs is done, by one end of their latencies. */
function endsOf(works: readonly Work[], latencies: readonly number[], { limitOf, slowdown }: Conditions) {
  const server = slowdown * works.reduce((sum, work) => sum + serverMs(work), 0);
  return works.map((work, run) => {
    const lane = works.flatMap((other, index) =>
      other.provider === work.provider ? [{ trials: other.trials, ms: latencies[index] ?? 0, index }] : [],
    );
    const trials = lane.reduce((sum, other) => sum + other.trials, 0);
    const mean = lane.reduce((sum, other) => sum + other.trials * other.ms, 0) / trials;
    const limit = limitOf(work.provider);
    const shares = sharesOf(lane.map((other) => other.trials * other.ms));
    const share = shares[lane.findIndex(({ index }) => index === run)] ?? 1;
    const alone = waves(work.trials, latencies[run] ?? 0, limit);
    const calls = Math.max(alone, share * waves(trials, mean, limit));
    // Waiting for the provider and the server's own work overlap, the less the closer they come to each other.
    return OVERHEAD_MS + Math.hypot(calls, server);
  });
}

/** What timers, a busy machine and the ends of waves may add or save. */
const SCHEDULING: Range = { low: 0.85, expected: 1, high: 1.25 };

/** Under what conditions runs are made. */
export interface Conditions {
  limitOf(provider: string): LaneLimit;
  /** How much longer the server's own work takes than on a core of its own: 1 on a quiet machine. */
  slowdown: number;
}

const SLOWDOWN_MAX = 10;

/** Begins to measure how much of a core this process gets while it has work to do; answers the slowdown so far. */
export function measureSlowdown(): () => number {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const cpu_ms = (user + system) / 1000;
    return Math.min(SLOWDOWN_MAX, Math.max(1, (performance.now() - started) / Math.max(1, cpu_ms)));
  };
}

/**
 * How long each run takes when all run side by side and nothing else is at work; null where latencies are not known,
 * and for all runs that share its provider.
 */
export function durationsOf(works: readonly Work[], conditions: Conditions): (Range | null)[] {
  const unknown = new Set(works.filter(({ latency_ms }) => !latency_ms).map(({ provider }) => provider));
  const at = (end: keyof Range) =>
    endsOf(
      works,
      works.map(({ latency_ms }) => latency_ms?.[end] ?? latency_ms?.expected ?? 0),
      conditions,
    );
  const [low, expected, high] = [at("low"), at("expected"), at("high")];
  return works.map(({ provider }, run) => {
    if (unknown.has(provider)) return null;
    const range = { low: low[run] ?? 0, expected: expected[run] ?? 0, high: high[run] ?? 0 };
    return scaled(range, SCHEDULING);
  });
}

/** Side by side, the longest decides. */
export function longestOf(durations: readonly (Range | null)[]): Range | null {
  if (durations.length === 0 || durations.some((range) => range === null)) return null;
  const known = durations.filter((range) => range !== null);
  const most = (end: keyof Range): number => Math.max(...known.map((range) => range[end] ?? 0));
  return { low: most("low"), expected: most("expected"), high: most("high") };
}
