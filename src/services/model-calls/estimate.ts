import type { ChatMessage } from "../../domain/chat.ts";
import type { Usage } from "../../domain/completion.ts";

/** Tokens that the chat format itself adds to each message and to the whole, as OpenAI's cookbook counts them. */
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/**
 * Tokens of a call whose provider reported none, by OpenAI's o200k vocabulary: near the truth for its models, within
 * some ten to thirty per cent for others, and marked as estimated. The vocabulary is loaded by the first use.
 */
export async function estimateUsage(messages: readonly ChatMessage[], text: string): Promise<Usage> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  // A text that spells a special token is counted as the text it is.
  const count = (part: string) => countTokens(part, { disallowedSpecial: new Set() });
  const prompt_tokens = messages.reduce((sum, { content }) => sum + PER_MESSAGE + count(content), PER_REPLY);
  const completion_tokens = count(text);
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    estimated: true,
  };
}
