import type { Store } from "../../store/index.ts";
import type { Log } from "../../telemetry/log.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A clock that moved by more than this against the monotonic one was set, or the machine slept. */
const JUMP_MS = HOUR_MS;
/** Without a row for so long before the start, the clock may be wrong. */
const GAP_DAYS = 7;
/** How long nothing is deleted by age after such a doubt, so that somebody can put the clock right. */
const PAUSE_MS = DAY_MS;

/** How much is kept. Older rows are deleted. */
export interface Retention {
  days: number;
  /** The most rows of completions, and of cached answers. */
  rows: number;
}

/** How many rows were deleted, by kind. */
export interface Forgotten {
  events: number;
  completions: number;
  responses: number;
}

/** The clocks, in milliseconds: the time of day, and one that nobody can set. */
export interface Clocks {
  now(): number;
  elapsed(): number;
}

const CLOCKS: Clocks = { now: Date.now, elapsed: () => performance.now() };

type Kept = Pick<Store, "events" | "completions" | "responses">;

/**
 * Deletes published events, completions and cached answers that were made before `before` (Unix milliseconds; null: by
 * age nothing is deleted), in small steps. Of completions and cached answers it also deletes the oldest beyond `rows`.
 * Accounts, datasets, evaluations and benchmarks with their trials stay until a caller deletes them.
 */
export async function forgetOld(store: Kept, before: number | null, rows: number): Promise<Forgotten> {
  const forgotten: Forgotten = { events: 0, completions: 0, responses: 0 };
  if (before !== null) {
    forgotten.events += await store.events.prune(before);
    forgotten.completions += await store.completions.prune(before);
    forgotten.responses += await store.responses.prune(new Date(before).toISOString());
  }
  forgotten.completions += await store.completions.keepNewest(rows);
  forgotten.responses += await store.responses.keepNewest(rows);
  return forgotten;
}

const dateOf = (time: number): string => new Date(time).toISOString();

export interface RetentionOptions {
  store: Kept & Pick<Store, "newestRowTime">;
  log: Log;
  limits: Retention;
  clocks?: Clocks;
}

/** Deletes old rows, unless the clock is in doubt: a wrong clock must not delete the history. */
export function createRetention({ store, log, limits, clocks = CLOCKS }: RetentionOptions) {
  let last = { now: clocks.now(), elapsed: clocks.elapsed() };
  let paused_until = Number.NEGATIVE_INFINITY;
  let doubt = "";

  function pause(why: string): void {
    doubt = why;
    paused_until = clocks.elapsed() + PAUSE_MS;
  }

  /** Notes a doubt if the time of day moved otherwise than the time that passed. */
  function compareClocks(): void {
    const current = { now: clocks.now(), elapsed: clocks.elapsed() };
    const jump_ms = current.now - last.now - (current.elapsed - last.elapsed);
    last = current;
    if (Math.abs(jump_ms) > JUMP_MS)
      pause(`the clock jumped by ${(jump_ms / HOUR_MS).toFixed(1)} h to ${dateOf(current.now)}`);
  }

  return {
    /** Compares the clock with the newest row of earlier processes. Call it before new rows are made. */
    async start(): Promise<void> {
      const newest = await store.newestRowTime();
      const gap_days = newest === null ? 0 : (clocks.now() - newest) / DAY_MS;
      if (newest === null || gap_days <= Math.min(GAP_DAYS, limits.days)) return;
      pause(
        `the newest row is of ${dateOf(newest)}, ${Math.floor(gap_days)} days before the clock's ${dateOf(clocks.now())}`,
      );
    },
    /** Deletes what is too old, and logs how much. */
    async run(): Promise<void> {
      compareClocks();
      const is_paused = clocks.elapsed() < paused_until;
      if (is_paused)
        log.warn(`nothing is deleted by age for 24 h, because ${doubt}: check the clock of this machine`);
      const before = is_paused ? null : clocks.now() - limits.days * DAY_MS;
      const forgotten = await forgetOld(store, before, limits.rows);
      if (Object.values(forgotten).some((count) => count > 0))
        log.info({ ...forgotten, before: before === null ? null : dateOf(before) }, "deleted old records");
    },
  };
}
