import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../domain/completions/completion.ts";

/** Far beyond what any model reads or writes in one call. */
const COUNT_MAX = 1_000_000_000;

/** Whether a number that a provider reports can be one of tokens. */
export const isTokenCount = (count: number | undefined): count is number =>
  Number.isInteger(count) && count !== undefined && count >= 0 && count <= COUNT_MAX;

const partOf = (count: number | undefined): number => (isTokenCount(count) ? count : 0);

/** A part that is larger than its whole was counted beside it. */
const withParts = (whole: number, parts: number): number => (parts > whole ? whole + parts : whole);

/**
 * Null where none was reported that can be right: no call reads nothing, and an answer that says something (`spoke`)
 * was written, so zero tokens are what the packages make of a count that is missing.
 */
export function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage, spoke: boolean): Usage | null {
  const [read, written] = [inputTokens.total, outputTokens.total];
  if (!isTokenCount(read) || !isTokenCount(written) || read === 0) return null;
  if (written === 0 && spoke) return null;
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
