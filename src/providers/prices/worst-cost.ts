import type { Price, Rates } from "../../domain/price.ts";

const PER_TOKEN = 1e-6;

/** The dearest that a prompt token and a completion token may be under some rates. */
const dearest = ({ input, output, cache_read = 0, cache_write = 0, reasoning = 0 }: Rates) => ({
  prompt: Math.max(input, cache_read, cache_write),
  completion: Math.max(output, reasoning),
});

/**
 * The most that a call of at most so many tokens can cost, in US dollars: every token at the dearest of the rates that
 * may apply to it. A tier may apply once the prompt can be longer than it says, and the rates below it still may.
 */
export function worstCostOf(price: Price, prompt_tokens: number, completion_tokens: number): number {
  const tiers = (price.tiers ?? []).filter(({ above_input_tokens }) => prompt_tokens > above_input_tokens);
  const rates = [price, ...tiers].map(dearest);
  const prompt = Math.max(...rates.map((rate) => rate.prompt));
  const completion = Math.max(...rates.map((rate) => rate.completion));
  return (prompt_tokens * prompt + completion_tokens * completion) * PER_TOKEN;
}
