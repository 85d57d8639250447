import type { PriceCatalogue } from "../../providers/prices/index.ts";
import { worstCostOf } from "../../providers/prices/worst-cost.ts";
import { type CompletionRequest, type EmbeddingRequest, tokenLimitOf } from "../../providers/provider.ts";

/** The most that a call can cost in US formatDollars, or why nobody can tell. */
export type WorstCase = { usd: number } | { unknown: string };

/**
 * What vendors' chat templates and the system prompts that some of them put in may add: gpt-oss's and Llama's are
 * about seventy tokens, Anthropic's for structured answers a few hundred.
 */
const PER_CALL = 512;
/** Marks of role, beginning and end around a message. */
const PER_MESSAGE = 16;

const bytesIn = (text: string): number => Buffer.byteLength(text);

/**
 * No tokenizer makes more tokens of a text than it has bytes: byte-level vocabularies have every single byte, and
 * others fall back on them. Some first put the text into compatibility form (NFKC), which may be longer.
 */
const mostTokensOf = (text: string): number => {
  const bytes = bytesIn(text);
  return bytes === text.length ? bytes : Math.max(bytes, bytesIn(text.normalize("NFKC")));
};

/** More tokens than a provider can bill for reading this. */
export function mostPromptTokens(request: CompletionRequest): number {
  const { messages, response_format, tools, prediction, provider_options } = request;
  const read = messages.reduce((sum, message) => {
    const calls = "tool_calls" in message ? mostTokensOf(JSON.stringify(message.tool_calls)) : 0;
    const thoughts = "reasoning_content" in message ? mostTokensOf(message.reasoning_content ?? "") : 0;
    return sum + PER_MESSAGE + mostTokensOf(message.content) + thoughts + calls;
  }, PER_CALL);
  // A schema may be sent along twice: as a tool, and in words.
  const asked = [response_format, tools, prediction, provider_options].filter((part) => part !== undefined);
  return read + 2 * asked.reduce((sum, part) => sum + mostTokensOf(JSON.stringify(part)), 0);
}

const withoutPrice = (provider: string, model: string): WorstCase => ({
  unknown: `the price of '${provider}/${model}' is not known: set it in PRICES_FILE (0 if it costs nothing)`,
});

/** The most that reading texts into an embedding model's space can cost. */
export function worstReadingOf(
  prices: PriceCatalogue,
  provider: string,
  { model, texts }: EmbeddingRequest,
): WorstCase {
  const known = prices.find(provider, model);
  if (!known) return withoutPrice(provider, model);
  const read = texts.reduce((sum, text) => sum + PER_MESSAGE + mostTokensOf(text), PER_CALL);
  return { usd: worstCostOf(known.price, read, 0) };
}

/**
 * The most a call can cost: its prompt's bytes as tokens, and for each of `n` answers `max_tokens` (else the most
 * the model can write), all at their dearest. 0 for what costs nothing; unknown without a price, or without a limit
 * of the answer.
 */
export function worstCaseOf(prices: PriceCatalogue, provider: string, request: CompletionRequest): WorstCase {
  const { model, n = 1 } = request;
  const known = prices.find(provider, model);
  if (!known) return withoutPrice(provider, model);
  const { price, output_tokens, context_tokens } = known;
  const written = tokenLimitOf(request) ?? output_tokens ?? context_tokens;
  const usd = worstCostOf(price, mostPromptTokens(request), n * (written ?? 1));
  if (written !== null || usd === 0) return { usd };
  return { unknown: `how much '${provider}/${model}' may write is not known: set max_tokens` };
}
