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

/** Adds the tokens of two usages. The sum is `estimated` if either is. A field that both lack stays absent. */
export function sumOfUsages(left: Usage, right: Usage): Usage {
  const sum: Usage = { ...NO_USAGE };
  for (const field of FIELDS) {
    if (left[field] === undefined && right[field] === undefined) continue;
    sum[field] = (left[field] ?? 0) + (right[field] ?? 0);
  }
  return left.estimated || right.estimated ? { ...sum, estimated: true } : sum;
}

/** Adds two costs in US dollars. The sum is null if either is unknown. */
export const sumOfCosts = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left + right;
