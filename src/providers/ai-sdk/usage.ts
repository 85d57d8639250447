import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../domain/completions/completion.ts";

/** Far beyond the tokens that any model reads or writes in one call. */
const COUNT_MAX = 1_000_000_000;

/** Whether a number reported by a provider can be a count of tokens. */
export const isTokenCount = (count: number | undefined): count is number =>
  Number.isInteger(count) && count !== undefined && count >= 0 && count <= COUNT_MAX;

const partOf = (count: number | undefined): number => (isTokenCount(count) ? count : 0);

/** A part larger than its whole was counted separately, so it is added. */
const withParts = (whole: number, parts: number): number => (parts > whole ? whole + parts : whole);

/**
 * Returns the usage; null if no valid one was reported. The packages turn a missing count into zero. But every call
 * reads tokens, and an answer with content (`hasContent`) has written some, so such zeros are missing counts.
 */
export function toUsage(
  { inputTokens, outputTokens }: LanguageModelV4Usage,
  hasContent: boolean,
): Usage | null {
  const [read, written] = [inputTokens.total, outputTokens.total];
  if (!isTokenCount(read) || !isTokenCount(written) || read === 0) return null;
  if (written === 0 && hasContent) return null;
  const cached_tokens = partOf(inputTokens.cacheRead);
  const cache_write_tokens = partOf(inputTokens.cacheWrite);
  const reasoning_tokens = partOf(outputTokens.reasoning);
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
