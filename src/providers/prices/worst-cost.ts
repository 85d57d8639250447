import type { Price, Rates } from "../../domain/price.ts";

const PER_TOKEN = 1e-6;

/** Returns the highest price of a prompt token and of a completion token under some rates. */
const highestRates = ({ input, output, cache_read = 0, cache_write = 0, reasoning = 0 }: Rates) => ({
  prompt: Math.max(input, cache_read, cache_write),
  completion: Math.max(output, reasoning),
});

/**
 * Returns the highest possible cost of a call within these token limits, in US dollars: every token at the highest
 * rate that may apply to it. A tier may apply once the prompt can exceed its threshold; the rates below it may
 * still apply.
 */
export function worstCostOf(price: Price, prompt_tokens: number, completion_tokens: number): number {
  const tiers = (price.tiers ?? []).filter(({ above_input_tokens }) => prompt_tokens > above_input_tokens);
  const rates = [price, ...tiers].map(highestRates);
  const prompt = Math.max(...rates.map((rate) => rate.prompt));
  const completion = Math.max(...rates.map((rate) => rate.completion));
  const fee = price.request_most ?? price.request ?? 0;
  return (prompt_tokens * prompt + completion_tokens * completion) * PER_TOKEN + fee;
}
