import type { Store } from "../../store/index.ts";

const DAY_MS = 86_400_000;

/** How much is kept. */
export interface Retention {
  days: number;
  /** Of completions, and of cached answers. */
  rows: number;
}

/**
 * Forgets what is older than `days`: published events, completions and cached answers, some at a time; and of the
 * latter two the oldest beyond `rows`. Accounts, datasets, evaluations and benchmarks with their trials stay until
 * somebody deletes them.
 */
export async function forgetOld(store: Store, { days, rows }: Retention): Promise<void> {
  const { events, completions, responses } = store;
  const before = Date.now() - days * DAY_MS;
  await events.prune(before);
  await completions.prune(before);
  await completions.keepNewest(rows);
  await responses.prune(new Date(before).toISOString());
  await responses.keepNewest(rows);
}
