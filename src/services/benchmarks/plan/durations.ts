import type { Range } from "../../../domain/benchmarks/plan.ts";
import { scaled } from "./ranges.ts";

/** How many calls of a provider may be open: now, and once the limit has grown. */
export interface LaneLimit {
  now: number;
  max: number;
}

/** The work of a run. */
export interface Work {
  provider: string;
  embedded: boolean;
  trials: number;
  /** Milliseconds of one trial's call; null if not known. */
  latency_ms: Range | null;
}

/** Milliseconds to claim a benchmark and to sum it up. */
const OVERHEAD_MS = 25;
/** CPU milliseconds that the server itself spends on a trial. */
const SERVER_MS = { embedded: 0.1, remote: 0.22 };

/**
 * Returns the milliseconds that a provider's lane takes for `work_ms` of calls in sequence. Its limit grows by one during
 * the time of each mean call, from `now` to `max`.
 */
function laneTime(work_ms: number, mean_ms: number, { now, max }: LaneLimit): number {
  if (mean_ms === 0) return 0;
  const growing = (max - now) * mean_ms;
  const ramp = mean_ms * (Math.sqrt(now ** 2 + (2 * work_ms) / mean_ms) - now);
  if (ramp <= growing) return ramp;
  return growing + (work_ms - (growing * (now + max)) / 2) / max;
}

/** Returns the milliseconds of all trials. With a constant limit they run in waves, and the last wave takes a full call. */
function wavesTime(trials: number, mean_ms: number, limit: LaneLimit): number {
  if (limit.now < limit.max) return Math.max(mean_ms, laneTime(trials * mean_ms, mean_ms, limit));
  return Math.ceil(trials / limit.max) * mean_ms;
}

/** Returns when each of the runs that share a lane evenly is done, as a share of the time for the work of all. */
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

/** Returns the milliseconds from a benchmark's start to the end of each run, given the latencies of all runs. */
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
    const alone = wavesTime(work.trials, latencies[run] ?? 0, limit);
    const calls = Math.max(alone, share * wavesTime(trials, mean, limit));
    // Waiting for the provider overlaps with the server's own work, the less the closer the two times are.
    return OVERHEAD_MS + Math.hypot(calls, server);
  });
}

/** The factors by which timers, a busy machine and the ends of waves change a duration. */
const SCHEDULING: Range = { low: 0.85, expected: 1, high: 1.25 };

/** The conditions under which runs take place. */
export interface Conditions {
  limitOf(provider: string): LaneLimit;
  /** How many times longer the server's own work takes than on an idle machine: at least 1. */
  slowdown: number;
}

const SLOWDOWN_MAX = 10;

/** Begins to measure the share of a core that this process gets. The returned function gives the slowdown so far. */
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
 * Returns the milliseconds of each run, if all run side by side and the server does nothing else. A run with unknown
 * latencies has null, and so have all runs of its provider.
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

/** Returns the longest duration, which is that of the benchmark; null if any is null. */
export function longestOf(durations: readonly (Range | null)[]): Range | null {
  if (durations.length === 0 || durations.some((range) => range === null)) return null;
  const known = durations.filter((range) => range !== null);
  const most = (end: keyof Range): number => Math.max(...known.map((range) => range[end] ?? 0));
  return { low: most("low"), expected: most("expected"), high: most("high") };
}
