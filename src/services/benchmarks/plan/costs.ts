import type { Range } from "../../../domain/benchmarks/plan.ts";
import type { PriceCatalogue } from "../../../providers/prices/index.ts";
import { worstCostOf } from "../../../providers/prices/worst-cost.ts";
import type { Evidence } from "./evidence.ts";
import { answeredShare, exactly, scaled, totalOf } from "./ranges.ts";
import type { Estimate } from "./tokens.ts";

/** A planned run, and the estimated tokens of all its calls. */
interface RunToPrice {
  provider: string;
  model: string;
  trials: number;
  prompt: Estimate;
  completion: Estimate;
  evidence: Evidence | undefined;
}

/** The basis of a cost of 0 that no price list states. */
const FREE = "free: the model is part of this server";

/** Estimates the US dollars of all of a run's calls: from evidence with the same prompts, else from the tokens. */
export function costOf(prices: PriceCatalogue, run: RunToPrice): Estimate {
  const { provider, model, trials, prompt, completion, evidence } = run;
  const facts = prices.find(provider, model);
  if (!facts) return { range: null, reason: `the price of '${provider}/${model}' is not known` };
  const priced = facts.source === null ? FREE : `prices of ${facts.source}, ${facts.as_of}`;
  if (facts.price.input === 0 && facts.price.output === 0) return { range: exactly(0), basis: priced };
  const known = knownCosts(prices, run);
  const share = answeredShare(evidence?.failure ?? 0, trials);
  if (known) return { range: scaled(known, share), basis: `${evidence?.basis}; ${priced}` };
  if (!prompt.range || !completion.range) return { range: null, reason: "its tokens are not known" };
  const range = costOfTokens(prices, run, { prompt: prompt.range, completion: completion.range });
  return {
    range: scaled(range, share),
    basis: `its tokens; ${priced}`,
    ...(completion.reason ? { reason: completion.reason } : {}),
  };
}

/** Estimates the costs from evidence with the same prompts; undefined or null without such evidence. */
function knownCosts(prices: PriceCatalogue, { provider, model, trials, evidence }: RunToPrice) {
  if (!evidence?.same_prompts) return undefined;
  const costs = evidence.usages.map((usage) => prices.cost(provider, model, usage) ?? 0);
  return totalOf(costs, trials, evidence.are);
}

/** Returns the cost of the tokens. `low` takes every prompt as cached by the provider; `high` uses the highest rates. */
function costOfTokens(
  prices: PriceCatalogue,
  { provider, model, trials }: RunToPrice,
  { prompt, completion }: { prompt: Range; completion: Range },
): Range {
  const costOfTrial = (prompt_tokens: number, completion_tokens: number, cached_tokens = 0): number => {
    const total_tokens = prompt_tokens + completion_tokens;
    const usage = { prompt_tokens, completion_tokens, total_tokens, cached_tokens };
    return prices.cost(provider, model, usage) ?? 0;
  };
  const perTrial = (tokens: number): number => tokens / trials;
  const price = prices.find(provider, model)?.price;
  return {
    low: costOfTrial(perTrial(prompt.low), perTrial(completion.low), perTrial(prompt.low)) * trials,
    expected:
      prompt.expected === null || completion.expected === null
        ? null
        : costOfTrial(perTrial(prompt.expected), perTrial(completion.expected)) * trials,
    high:
      prompt.high === null || completion.high === null || !price
        ? null
        : worstCostOf(price, perTrial(prompt.high), perTrial(completion.high)) * trials,
  };
}
