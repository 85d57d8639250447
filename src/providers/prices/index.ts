import { existsSync } from "node:fs";
import { canonicalJson } from "../../base/hash.ts";
import type { Usage } from "../../domain/completions/completion.ts";
import { type ModelFacts, Price, type PriceChanges, type PriceFile, type Rates } from "../../domain/price.ts";
import { aliasesOf } from "./aliases.ts";
import { readPriceFile } from "./price-file.ts";
import shipped from "./prices.json" with { type: "json" };
import { requestFeeOf } from "./request-fees.ts";

/** A model with a known price, and its source. */
export interface PricedModel {
  model: string;
  price: Price;
  /** The source of the price; null for an embedded model without an operator's price, which is free. */
  source: string | null;
  as_of: string | null;
  context_tokens: number | null;
  output_tokens: number | null;
}

/** The model that was requested, and the one that answered, as the provider named it. */
export interface AnswerNames {
  requested: string;
  answered: string;
}

/** The prices of calls and their sources. */
export interface PriceCatalogue {
  /**
   * Returns the cost of a call in US dollars; 0 for an embedded provider without a price; null if the price or the
   * usage is unknown.
   */
  cost(provider: string, model: string, usage: Usage | null): number | null;
  /**
   * Like `cost`, for an answer that names its model. The price is that of the requested name, else of the answering
   * model; for Azure it is the other way round, because the operator chooses the names of deployments.
   */
  costOfAnswer(provider: string, names: AnswerNames, usage: Usage | null): number | null;
  /**
   * Returns the known facts of a model. An embedded model is free unless the operator's file prices it, under its
   * whole name or under the part before its settings. A dated name, or one with a region, is found under the name
   * without them.
   */
  find(provider: string, model: string): PricedModel | undefined;
  /** Returns a provider's models with a known price, by name. */
  models(provider: string): PricedModel[];
  /** Replaces the updated prices; returns the changes against the shipped and the previous updated prices. */
  renew(updated: PriceFile): PriceChanges;
}

/** The files that override the shipped prices; the operator's file has priority. */
export interface PriceFiles {
  /** The prices that the server has fetched. */
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

/** Providers whose model names are chosen by the operator. */
const NAMED_BY_OPERATOR = new Set(["azure"]);

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

/** Looks a name up safely: callers choose the names, and names of an object's own methods are not prices. */
const ownValue = <Value>(record: Record<string, Value> | undefined, name: string): Value | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;

const RATES: readonly string[] = Object.keys(Price.properties);

/** Returns the price alone: a file may contain more facts. */
function priceOf({ input, output, ...more }: ModelFacts): Price {
  return {
    input,
    output,
    ...Object.fromEntries(Object.entries(more).filter(([name]) => RATES.includes(name))),
  };
}

const pricedBy =
  ({ source, as_of }: PriceFile, provider: string) =>
  ([model, facts]: [string, ModelFacts]): PricedModel => {
    const { context_tokens = null, output_tokens = null } = facts;
    const price = { ...requestFeeOf(provider, model), ...priceOf(facts) };
    return { model, price, source, as_of, context_tokens, output_tokens };
  };

const layerOf = (path: string | undefined, name: string, remedy: string): PriceFile[] =>
  path === undefined ? [] : [readPriceFile(path, name, remedy)];

/** Returns the prices of all layers by `provider/model`; earlier layers have priority. */
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
  source: null,
  as_of: null,
  context_tokens: null,
  output_tokens: null,
});

/**
 * Creates the catalogue from the shipped prices, the fetched ones over them, and the operator's over both, model by
 * model. Throws PricesError for a bad file; the file of fetched prices may be missing.
 */
export function createPrices({ updated, operator }: PriceFiles = {}): PriceCatalogue {
  const operator_layers = layerOf(operator, `PRICES_FILE ${operator}`, `Example: ${EXAMPLE}`);
  const fetched = updated !== undefined && existsSync(updated) ? updated : undefined;
  let base: PriceFile[] = [...layerOf(fetched, `${updated}`, REMOVE), shipped];
  let all = [...operator_layers, ...base];

  /** Earlier look-ups; the files bound their number. */
  const known = new Map<ModelFacts, PricedModel>();
  function findExact(provider: string, model: string): PricedModel | undefined {
    for (const layer of all) {
      const facts = ownValue(ownValue(layer.prices, provider), model);
      if (!facts) continue;
      const priced = known.get(facts) ?? pricedBy(layer, provider)([model, facts]);
      known.set(facts, priced);
      return priced;
    }
    return undefined;
  }
  function findListed(provider: string, model: string): PricedModel | undefined {
    const exact = findExact(provider, model);
    if (exact) return exact;
    for (const alias of aliasesOf(model)) {
      const priced = findExact(provider, alias);
      if (priced) return priced;
    }
    return undefined;
  }
  function find(provider: string, model: string): PricedModel | undefined {
    if (!FREE.has(provider)) return findListed(provider, model);
    const [base_name = model] = model.split("?", 1);
    const priced = findListed(provider, model) ?? findListed(provider, base_name);
    return { ...(priced ?? free()), model };
  }

  function cost(provider: string, model: string, usage: Usage | null): number | null {
    const price = find(provider, model)?.price;
    if (price === NOTHING) return 0;
    if (!price || !usage) return null;
    return costOf(usage, ratesFor(price, usage.prompt_tokens)) + (price.request ?? 0);
  }

  return {
    find,
    cost,
    costOfAnswer(provider, { requested, answered }, usage) {
      const names = NAMED_BY_OPERATOR.has(provider) ? [answered, requested] : [requested, answered];
      for (const name of names) {
        const usd = cost(provider, name, usage);
        if (usd !== null) return usd;
      }
      return null;
    },
    models(provider) {
      const known = all
        .toReversed()
        .flatMap((layer) =>
          Object.entries(ownValue(layer.prices, provider) ?? {}).map(pricedBy(layer, provider)),
        );
      const byName = new Map(known.map((model) => [model.model, model]));
      return [...byName.values()].sort((left, right) => (left.model < right.model ? -1 : 1));
    },
    renew(file) {
      const before = pricesIn(base);
      base = [file, shipped];
      all = [...operator_layers, ...base];
      return changesOf(before, pricesIn(base));
    },
  };
}
