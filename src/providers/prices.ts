import { readFileSync } from "node:fs";
import type { Usage } from "../domain/completion.ts";
import { type ModelFacts, Price, PriceFile, type Rates } from "../domain/price.ts";
import { validator } from "../domain/validation.ts";
import shipped from "./prices.json" with { type: "json" };

/** A model whose price is known, and on whose word. */
export interface PricedModel {
  model: string;
  price: Price;
  source: string;
  as_of: string;
  context_tokens: number | null;
  output_tokens: number | null;
}

/** What calls cost, and on whose word. */
export interface PriceCatalogue {
  readonly source: string;
  readonly as_of: string;
  /** US dollars for a call; 0 for an embedded provider without a price; null where price or usage is not known. */
  cost(provider: string, model: string, usage: Usage | null): number | null;
  /**
   * What is known of a model. An embedded one costs nothing unless the operator's file prices it, under its whole
   * name or under what stands before its settings.
   */
  find(provider: string, model: string): PricedModel | undefined;
  /** A provider's models of which the price is known, by name. */
  models(provider: string): PricedModel[];
}

/** The operator's file can't be used; `message` names it and the fault. */
export class PricesError extends Error {
  override readonly name = "PricesError";

  constructor(path: string, fault: string, cause: unknown) {
    super(`PRICES_FILE ${path} can't be used: ${fault}. Example: ${EXAMPLE}`, { cause });
  }
}

const EXAMPLE =
  '{"source":"our contract","as_of":"2026-01-31","prices":{"openai":{"gpt-4o":{"input":2.5,"output":10}}}}';
const PER_TOKEN = 1e-6;
const FREE = new Set(["baseline", "mock"]);
const NOTHING: Price = { input: 0, output: 0 };

const priceFile = validator(PriceFile);

/** An operator's file in the form of the one that ships. */
function readPriceFile(path: string): PriceFile {
  try {
    return priceFile(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new PricesError(path, error instanceof Error ? error.message : String(error), error);
  }
}

function ratesFor(price: Price, prompt_tokens: number): Rates {
  const tiers = (price.tiers ?? []).filter(({ above_input_tokens }) => prompt_tokens > above_input_tokens);
  const [highest] = tiers.sort((left, right) => right.above_input_tokens - left.above_input_tokens);
  return { ...price, ...highest };
}

function costOf(usage: Usage, { input, output, cache_read, cache_write, reasoning }: Rates): number {
  const { prompt_tokens, completion_tokens } = usage;
  const { cached_tokens = 0, cache_write_tokens = 0, reasoning_tokens = 0 } = usage;
  const prompt =
    (prompt_tokens - cached_tokens - cache_write_tokens) * input +
    cached_tokens * (cache_read ?? input) +
    cache_write_tokens * (cache_write ?? input);
  const completion =
    (completion_tokens - reasoning_tokens) * output + reasoning_tokens * (reasoning ?? output);
  return (prompt + completion) * PER_TOKEN;
}

/** Callers choose the names: those of an object's own methods are not prices. */
const own = <Value>(record: Record<string, Value> | undefined, name: string): Value | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;

const RATES: readonly string[] = Object.keys(Price.properties);

/** The price alone: a file may know more of a model. */
function priceOf({ input, output, ...more }: ModelFacts): Price {
  return {
    input,
    output,
    ...Object.fromEntries(Object.entries(more).filter(([name]) => RATES.includes(name))),
  };
}

const pricedBy =
  ({ source, as_of }: PriceFile) =>
  ([model, facts]: [string, ModelFacts]): PricedModel => {
    const { context_tokens = null, output_tokens = null } = facts;
    return { model, price: priceOf(facts), source, as_of, context_tokens, output_tokens };
  };

const free = ({ as_of }: PriceFile): Omit<PricedModel, "model"> => ({
  price: NOTHING,
  ...{ source: "embedded", as_of, context_tokens: null, output_tokens: null },
});

/** Prices as shipped, or those of an operator's file over them, model by model. Throws PricesError for a bad file. */
export function createPrices(file?: string): PriceCatalogue {
  const base: PriceFile = shipped;
  const layers = file === undefined ? [base] : [readPriceFile(file), base];
  const { source, as_of } = layers[0] ?? base;
  /** What was looked up before: no more than the files hold. */
  const known = new Map<ModelFacts, PricedModel>();
  function listed(provider: string, model: string): PricedModel | undefined {
    for (const layer of layers) {
      const facts = own(own(layer.prices, provider), model);
      if (!facts) continue;
      const priced = known.get(facts) ?? pricedBy(layer)([model, facts]);
      known.set(facts, priced);
      return priced;
    }
    return undefined;
  }
  function find(provider: string, model: string): PricedModel | undefined {
    if (!FREE.has(provider)) return listed(provider, model);
    const [bare = model] = model.split("?", 1);
    const priced = listed(provider, model) ?? listed(provider, bare);
    return { ...(priced ?? free(base)), model };
  }
  return {
    source,
    as_of,
    find,
    cost(provider, model, usage) {
      const price = find(provider, model)?.price;
      if (price === NOTHING) return 0;
      return price && usage ? costOf(usage, ratesFor(price, usage.prompt_tokens)) : null;
    },
    models(provider) {
      const known = layers
        .toReversed()
        .flatMap((layer) => Object.entries(own(layer.prices, provider) ?? {}).map(pricedBy(layer)));
      const byName = new Map(known.map((model) => [model.model, model]));
      return [...byName.values()].sort((left, right) => (left.model < right.model ? -1 : 1));
    },
  };
}
