import type { Range } from "../../../domain/benchmarks/plan.ts";
import type { PriceCatalogue } from "../../../providers/prices/index.ts";
import { worstCostOf } from "../../../providers/prices/worst-cost.ts";
import type { Evidence } from "./evidence.ts";
import { answeredShare, exactly, scaled, totalOf } from "./ranges.ts";
import type { Worked } from "./tokens.ts";

interface Asked {
  provider: string;
  model: string;
  trials: number;
}

/** What the tokens cost: at the least with every prompt read from the provider's cache, at the most at the dearest rates. */
function byTokens(
  prices: PriceCatalogue,
  { provider, model, trials }: Asked,
  prompt: Range,
  completion: Range,
): Range {
  const costOf = (prompt_tokens: number, completion_tokens: number, cached_tokens = 0): number => {
    const total_tokens = prompt_tokens + completion_tokens;
    const usage = { prompt_tokens, completion_tokens, total_tokens, cached_tokens };
    return prices.cost(provider, model, usage) ?? 0;
  };
  const each = (tokens: number): number => tokens / trials;
  const price = prices.find(provider, model)?.price;
  const { expected } = completion;
  return {
    low: costOf(each(prompt.low), each(completion.low), each(prompt.low)) * trials,
    expected:
      prompt.expected === null || expected === null
        ? null
        : costOf(each(prompt.expected), each(expected)) * trials,
    high:
      prompt.high === null || completion.high === null || !price
        ? null
        : worstCostOf(price, each(prompt.high), each(completion.high)) * trials,
  };
}

/** The basis of a cost of 0 where no catalogue says so. */
const FREE = "free: it is part of this server";

/** US formatDollars for all of a run's calls: by evidence of the same prompts, else by the tokens. */
export function costOf(
  prices: PriceCatalogue,
  asked: Asked,
  { prompt, completion }: { prompt: Worked; completion: Worked },
  evidence: Evidence | undefined,
): Worked {
  const { provider, model, trials } = asked;
  const facts = prices.find(provider, model);
  if (!facts) return { range: null, reason: `the price of '${provider}/${model}' is not known` };
  const priced = facts.source === null ? FREE : `prices of ${facts.source}, ${facts.as_of}`;
  if (facts.price.input === 0 && facts.price.output === 0) return { range: exactly(0), basis: priced };
  const costs = evidence?.same_prompts
    ? evidence.usages.map((usage) => prices.cost(provider, model, usage) ?? 0)
    : [];
  const known = evidence && totalOf(costs, trials, evidence.are);
  const share = answeredShare(evidence?.failure ?? 0, trials);
  if (known) return { range: scaled(known, share), basis: `${evidence.basis}; ${priced}` };
  if (!prompt.range || !completion.range) return { range: null, reason: "its tokens are not known" };
  const range = byTokens(prices, asked, prompt.range, completion.range);
  return {
    range: scaled(range, share),
    basis: `its tokens; ${priced}`,
    ...(completion.reason ? { reason: completion.reason } : {}),
  };
}
