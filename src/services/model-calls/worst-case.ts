import type { PriceCatalogue } from "../../providers/prices/index.ts";
import { worstCostOf } from "../../providers/prices/worst-cost.ts";
import { type CompletionRequest, type EmbeddingRequest, tokenLimitOf } from "../../providers/provider.ts";

/** The most that a call can cost in US dollars, or why it is not known. */
export type WorstCase = { usd: number } | { unknown: string };

/**
 * Tokens that vendors' chat templates and built-in system prompts may add to a call. Those of gpt-oss and Llama have
 * about seventy, Anthropic's for structured answers a few hundred.
 */
const PER_CALL = 512;
/** Tokens that mark the role, the beginning and the end of a message. */
const PER_MESSAGE = 16;

const bytesIn = (text: string): number => Buffer.byteLength(text);

/**
 * Returns the number of bytes, which no tokenizer's count exceeds: byte-level vocabularies contain every byte, and
 * others fall back on bytes. Some convert the text to compatibility form (NFKC) first, which may be longer.
 */
const mostTokensOf = (text: string): number => {
  const bytes = bytesIn(text);
  return bytes === text.length ? bytes : Math.max(bytes, bytesIn(text.normalize("NFKC")));
};

/** Returns an upper bound of the prompt tokens that a provider can bill for this request. */
export function mostPromptTokens(request: CompletionRequest): number {
  const { messages, response_format, tools, prediction, provider_options } = request;
  const messageTokens = messages.reduce((sum, message) => {
    const calls = "tool_calls" in message ? mostTokensOf(JSON.stringify(message.tool_calls)) : 0;
    const thoughts = "reasoning_content" in message ? mostTokensOf(message.reasoning_content ?? "") : 0;
    return sum + PER_MESSAGE + mostTokensOf(message.content) + thoughts + calls;
  }, PER_CALL);
  // A provider may send a schema twice: as a tool, and as text in the prompt.
  const schemas = [response_format, tools, prediction, provider_options].filter((part) => part !== undefined);
  return messageTokens + 2 * schemas.reduce((sum, part) => sum + mostTokensOf(JSON.stringify(part)), 0);
}

const withoutPrice = (provider: string, model: string): WorstCase => ({
  unknown: `the price of '${provider}/${model}' is not known: set it in PRICES_FILE (0 if it costs nothing)`,
});

/** Returns the most that embedding these texts can cost. */
export function worstReadingOf(
  prices: PriceCatalogue,
  provider: string,
  { model, texts }: EmbeddingRequest,
): WorstCase {
  const priced = prices.find(provider, model);
  if (!priced) return withoutPrice(provider, model);
  const tokens = texts.reduce((sum, text) => sum + PER_MESSAGE + mostTokensOf(text), PER_CALL);
  return { usd: worstCostOf(priced.price, tokens, 0) };
}

/**
 * Returns the most that a call can cost: the bytes of its prompt as tokens, and for each of `n` answers the token
 * limit (else the most that the model can write), all at their highest rates. Unknown without a price or a limit of
 * the answer.
 */
export function worstCaseOf(prices: PriceCatalogue, provider: string, request: CompletionRequest): WorstCase {
  const { model, n = 1 } = request;
  const priced = prices.find(provider, model);
  if (!priced) return withoutPrice(provider, model);
  const { price, output_tokens, context_tokens } = priced;
  const written = tokenLimitOf(request) ?? output_tokens ?? context_tokens;
  const usd = worstCostOf(price, mostPromptTokens(request), n * (written ?? 1));
  if (written !== null || usd === 0) return { usd };
  return { unknown: `the longest answer of '${provider}/${model}' is not known: set max_tokens` };
}
