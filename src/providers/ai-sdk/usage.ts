import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../domain/completions/completion.ts";
import { usageOf } from "../answer/token-usage.ts";

/** Returns the usage by a package's counts; `hasContent` says whether the answer has content. */
export const toUsage = (
  { inputTokens, outputTokens }: LanguageModelV4Usage,
  hasContent: boolean,
): Usage | null =>
  usageOf(
    {
      read: inputTokens.total,
      written: outputTokens.total,
      cached: inputTokens.cacheRead,
      cache_write: inputTokens.cacheWrite,
      reasoning: outputTokens.reasoning,
    },
    hasContent,
  );
