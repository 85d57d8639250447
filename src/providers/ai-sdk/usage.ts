import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../domain/completions/completion.ts";
import { usageOf } from "../answer/token-usage.ts";

/** The usage of an answer by a package's counts; `spoke` tells whether the answer says something. */
export const toUsage = ({ inputTokens, outputTokens }: LanguageModelV4Usage, spoke: boolean): Usage | null =>
  usageOf(
    {
      read: inputTokens.total,
      written: outputTokens.total,
      cached: inputTokens.cacheRead,
      cache_write: inputTokens.cacheWrite,
      reasoning: outputTokens.reasoning,
    },
    spoke,
  );
