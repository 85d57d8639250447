import type { Usage } from "./completion.ts";

const FIELDS = [
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
] as const;

export const NO_USAGE: Readonly<Usage> = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** The tokens of two usages together; estimated where either is. A field that neither has stays away. */
export function sumOfUsages(left: Usage, right: Usage): Usage {
  const sum: Usage = { ...NO_USAGE };
  for (const field of FIELDS) {
    if (left[field] === undefined && right[field] === undefined) continue;
    sum[field] = (left[field] ?? 0) + (right[field] ?? 0);
  }
  return left.estimated || right.estimated ? { ...sum, estimated: true } : sum;
}

/** Two costs together, in US dollars; not known where either is not. */
export const sumOfCosts = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left + right;
