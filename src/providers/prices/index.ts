import { existsSync } from "node:fs";
import { canonicalJson } from "../../base/hash.ts";
import type { Usage } from "../../domain/completions/completion.ts";
import { type ModelFacts, Price, type PriceChanges, type PriceFile, type Rates } from "../../domain/price.ts";
import { readPriceFile } from "./price-file.ts";
import shipped from "./prices.json" with { type: "json" };

/** A model whose price is known, and on whose word. */
export interface PricedModel {
  model: string;
  price: Price;
  /** Null of what is part of this server and has no price of an operator's: nobody bills for it. */
  source: string | null;
  as_of: string | null;
  context_tokens: number | null;
  output_tokens: number | null;
}

/** What calls cost, and on whose word. */
export interface PriceCatalogue {
  /** US dollars for a call; 0 for an embedded provider without a price; null where price or usage is not known. */
  cost(provider: string, model: string, usage: Usage | null): number | null;
  /**
   * What is known of a model. An embedded one costs nothing unless the operator's file prices it, under its whole
   * name or under what stands before its settings.
   */
  find(provider: string, model: string): PricedModel | undefined;
  /** A provider's models of which the price is known, by name. */
  models(provider: string): PricedModel[];
  /** Puts other updated prices in the place of the present ones; answers what that changed in what ships and them. */
  renew(updated: PriceFile): PriceChanges;
}

/** The files that are laid over the prices that ship, the operator's uppermost. */
export interface PriceFiles {
  /** Those that the server itself has fetched, where it has. */
  updated?: string | undefined;
  operator?: string | undefined;
}

const EXAMPLE =
  '{"source":"our contract","as_of":"2026-01-31","prices":{"openai":{"gpt-4o":{"input":2.5,"output":10}}}}';
const REMOVE = "Remove it, and fetch the prices again with `prices update`.";
const PER_TOKEN = 1e-6;
const FREE = new Set(["baseline", "mock"]);
const NOTHING: Price = { input: 0, output: 0 };

function ratesFor(price: Price, prompt_tokens: number): Rates {
  const tiers = (price.tiers ?? []).filter(({ above_input_tokens }) => prompt_tokens > above_input_tokens);
  const [highest] = tiers.sort((left, right) => right.above_input_tokens - left.above_input_tokens);
  return highest ?? price;
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

const layerOf = (path: string | undefined, name: string, remedy: string): PriceFile[] =>
  path === undefined ? [] : [readPriceFile(path, name, remedy)];

/** The layers' prices by `provider/model`; earlier ones go before. */
function pricesIn(layers: readonly PriceFile[]): Map<string, Price> {
  const pairs = layers
    .toReversed()
    .flatMap(({ prices }) =>
      Object.entries(prices).flatMap(([provider, models]) =>
        Object.entries(models).map(([model, facts]) => [`${provider}/${model}`, priceOf(facts)] as const),
      ),
    );
  return new Map(pairs);
}

function changesOf(before: Map<string, Price>, after: Map<string, Price>): PriceChanges {
  const changed = [...after].flatMap(([model, price]) => {
    const old = before.get(model);
    return old && canonicalJson(old) !== canonicalJson(price) ? [{ model, before: old, after: price }] : [];
  });
  return {
    added: [...after.keys()].filter((model) => !before.has(model)),
    changed,
    gone: [...before.keys()].filter((model) => !after.has(model)),
  };
}

const free = (): Omit<PricedModel, "model"> => ({
  price: NOTHING,
  ...{ source: null, as_of: null, context_tokens: null, output_tokens: null },
});

/**
 * Prices as shipped, those that were fetched over them, and an operator's over both, model by model. Throws
 * PricesError for a bad file; one of fetched prices need not be there.
 */
export function createPrices({ updated, operator }: PriceFiles = {}): PriceCatalogue {
  const own_layers = layerOf(operator, `PRICES_FILE ${operator}`, `Example: ${EXAMPLE}`);
  const fetched = updated !== undefined && existsSync(updated) ? updated : undefined;
  let base: PriceFile[] = [...layerOf(fetched, `${updated}`, REMOVE), shipped];
  let all = [...own_layers, ...base];

  /** What was looked up before: no more than the files hold. */
  const known = new Map<ModelFacts, PricedModel>();
  function listed(provider: string, model: string): PricedModel | undefined {
    for (const layer of all) {
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
    return { ...(priced ?? free()), model };
  }

  return {
    find,
    cost(provider, model, usage) {
      const price = find(provider, model)?.price;
      if (price === NOTHING) return 0;
      return price && usage ? costOf(usage, ratesFor(price, usage.prompt_tokens)) : null;
    },
    models(provider) {
      const known = all
        .toReversed()
        .flatMap((layer) => Object.entries(own(layer.prices, provider) ?? {}).map(pricedBy(layer)));
      const byName = new Map(known.map((model) => [model.model, model]));
      return [...byName.values()].sort((left, right) => (left.model < right.model ? -1 : 1));
    },
    renew(file) {
      const before = pricesIn(base);
      base = [file, shipped];
      all = [...own_layers, ...base];
      return changesOf(before, pricesIn(base));
    },
  };
}
