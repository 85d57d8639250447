import { badField } from "../../base/errors.ts";
import { charactersIn, isRecord } from "../../base/json/json.ts";
import type { ReadyMetric } from "../catalogues/metrics.ts";

/** The most characters that the slow metrics of one request may read together: up to a minute of one core. */
export const WORK_MAX = 64_000_000;

/** The fields of an item that metrics read. */
const READ = ["input", "output", "expected", "context"] as const;

const charactersOf = (item: unknown): number =>
  isRecord(item) ? READ.reduce((sum, field) => sum + charactersIn(item[field]), 0) : 0;

const formatted = (count: number): string => count.toLocaleString("en");

/** Returns the work of scoring items: characters times metrics whose time grows with them. */
export const workOf = (metrics: readonly Pick<ReadyMetric, "slow">[], items: readonly unknown[]): number =>
  metrics.filter(({ slow }) => slow).length *
  items.reduce<number>((sum, item) => sum + charactersOf(item), 0);

/**
 * Throws BAD_REQUEST if the work is more than one request may cause. The limit of requests per second counts requests,
 * and one of them may hold a thousand long texts and 32 metrics.
 */
export function refuseTooMuchWork(work: number): void {
  if (work <= WORK_MAX) return;
  const fault = `the texts to score have ${formatted(work)} characters, counted once per text metric; at most ${formatted(WORK_MAX)} are accepted in one request. Send fewer items or fewer metrics at a time`;
  throw badField("metrics", fault, { maximum_work: WORK_MAX, work });
}
