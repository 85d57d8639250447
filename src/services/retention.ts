import type { Store } from "../store/index.ts";

const DAY_MS = 86_400_000;

/**
 * Forgets what is older than `days`: published events, completions and cached answers, some at a time. Accounts,
 * datasets, evaluations and benchmarks with their trials stay until somebody deletes them.
 */
export async function forgetOld({ events, completions, responses }: Store, days: number): Promise<void> {
  const before = Date.now() - days * DAY_MS;
  const time = new Date(before).toISOString();
  await events.prune(before);
  await completions.prune(time);
  await responses.prune(time);
}
