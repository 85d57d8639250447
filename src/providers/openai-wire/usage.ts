import { isRecord } from "../../base/json/json.ts";
import type { Usage } from "../../domain/completions/completion.ts";
import { usageOf } from "../answer/token-usage.ts";

type Fields = Readonly<Record<string, unknown>>;

const detailsIn = (usage: Fields, ...names: readonly string[]): Fields =>
  names.map((name) => usage[name]).find(isRecord) ?? {};

/** The first of the values that is a number, or digits. */
function countIn(...values: readonly unknown[]): number | undefined {
  for (const value of values) {
    if (typeof value === "number") return value;
    if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  }
  return undefined;
}

/** Tokens of a usage that names the total and the prompt's alone (Gemini, when all went into thinking). */
function writtenOf(usage: Fields, read: number | undefined): number | undefined {
  const written = countIn(usage.completion_tokens, usage.output_tokens);
  const total = countIn(usage.total_tokens);
  return written ?? (read !== undefined && total !== undefined && total >= read ? total - read : undefined);
}

/**
 * Reads a usage in OpenAI's form or near it. Some vendors (xAI) count reasoning beside the completion's tokens, which
 * their total gives away: OpenAI's is the sum of the prompt's and the completion's. Null if none can be right.
 */
export function readUsage(usage: Fields | undefined, spoke: boolean, beside = false): Usage | null {
  if (!usage) return null;
  const prompt = detailsIn(usage, "prompt_tokens_details", "prompt_token_details", "input_tokens_details");
  const completion = detailsIn(usage, "completion_tokens_details", "output_tokens_details");
  const read = countIn(usage.prompt_tokens, usage.input_tokens);
  const written = writtenOf(usage, read);
  const reasoning = countIn(completion.reasoning_tokens, usage.reasoning_tokens) ?? 0;
  const total = countIn(usage.total_tokens);
  const is_beside =
    beside || (reasoning > 0 && total !== undefined && total === (read ?? 0) + (written ?? 0) + reasoning);
  return usageOf(
    {
      read,
      written: is_beside && written !== undefined ? written + reasoning : written,
      cached: countIn(
        prompt.cached_tokens,
        usage.prompt_cache_hit_tokens,
        usage.num_cached_tokens,
        usage.cached_tokens,
        usage.cache_read_input_tokens,
      ),
      cache_write: countIn(prompt.cache_write_tokens, usage.cache_creation_input_tokens),
      reasoning,
    },
    spoke,
  );
}

/** The usage that a body, a chunk or its first choice has, in any of its places; undefined if none is filled. */
export function usageIn(body: Fields): Fields | undefined {
  if (isRecord(body.usage)) return body.usage;
  // Groq's streams.
  if (isRecord(body.x_groq) && isRecord(body.x_groq.usage)) return body.x_groq.usage;
  // Moonshot's streams.
  const first: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  return isRecord(first) && isRecord(first.usage) ? first.usage : undefined;
}

/** Whether a later usage says no more than that nothing was counted. */
export const isBlankUsage = (usage: Fields): boolean => !countIn(usage.prompt_tokens, usage.input_tokens);
