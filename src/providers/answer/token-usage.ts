import type { Usage } from "../../domain/completions/completion.ts";

/** Far beyond what any model reads or writes in one call. */
const COUNT_MAX = 1_000_000_000;

/** Whether a number that a provider reports can be one of tokens. */
export const isTokenCount = (count: number | undefined): count is number =>
  count !== undefined && Number.isInteger(count) && count >= 0 && count <= COUNT_MAX;

const partOf = (count: number | undefined): number => (isTokenCount(count) ? count : 0);

/** A part that is larger than its whole was counted beside it. */
const withParts = (whole: number, parts: number): number => (parts > whole ? whole + parts : whole);

/** What a provider reports, by what it counts. */
export interface TokenCounts {
  read: number | undefined;
  written: number | undefined;
  cached?: number | undefined;
  cache_write?: number | undefined;
  reasoning?: number | undefined;
}

/**
 * Null where none was reported that can be right: no call reads nothing, and an answer that says something (`spoke`)
 * was written, so zero tokens are what stands for a count that is missing.
 */
export function usageOf(counts: TokenCounts, spoke: boolean): Usage | null {
  const { read, written } = counts;
  if (!isTokenCount(read) || !isTokenCount(written) || read === 0) return null;
  if (written === 0 && spoke) return null;
  const cached_tokens = partOf(counts.cached);
  const cache_write_tokens = partOf(counts.cache_write);
  const reasoning_tokens = partOf(counts.reasoning);
  const prompt_tokens = withParts(read, cached_tokens + cache_write_tokens);
  const completion_tokens = withParts(written, reasoning_tokens);
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    ...(cached_tokens ? { cached_tokens } : {}),
    ...(cache_write_tokens ? { cache_write_tokens } : {}),
    ...(reasoning_tokens ? { reasoning_tokens } : {}),
  };
}
