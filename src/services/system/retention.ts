import type { Store } from "../../store/index.ts";

const DAY_MS = 86_400_000;

/** How much is kept. Older rows are deleted. */
export interface Retention {
  days: number;
  /** The most rows of completions, and of cached answers. */
  rows: number;
}

/**
 * Deletes published events, completions and cached answers that are older than `days`, in small steps. Of completions
 * and cached answers it also deletes the oldest beyond `rows`. Accounts, datasets, evaluations and benchmarks with their
 * trials stay until a caller deletes them.
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
