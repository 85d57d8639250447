import { readFileSync } from "node:fs";
import type { Usage } from "../domain/completion.ts";
import shipped from "./prices.json" with { type: "json" };

interface Rates {
  input: number;
  output: number;
}

/** US dollars per million tokens. A tier replaces the rates of calls whose prompt is longer than it says. */
interface Price extends Rates {
  tiers?: (Rates & { above_input_tokens: number })[];
}

interface PriceFile {
  source: string;
  as_of: string;
  prices: Record<string, Record<string, Price>>;
}

/** What calls cost, and on whose word. */
export interface PriceCatalogue {
  readonly source: string;
  readonly as_of: string;
  /** US dollars for a call; 0 for an embedded provider; null where price or usage is not known. */
  cost(provider: string, model: string, usage: Usage | null): number | null;
}

const PER_TOKEN = 1e-6;
const FREE = new Set(["baseline", "mock"]);

function isPriceFile(value: unknown): value is PriceFile {
  if (typeof value !== "object" || value === null) return false;
  const { source, as_of, prices } = value as Partial<PriceFile>;
  if (
    typeof source !== "string" ||
    typeof as_of !== "string" ||
    typeof prices !== "object" ||
    prices === null
  )
    return false;
  return Object.values(prices).every((models) =>
    Object.values(models).every(({ input, output }) => input >= 0 && output >= 0),
  );
}

/** An operator's file in the form of the one that ships. Throws if it can't be read or is not of that form. */
function readPriceFile(path: string): PriceFile {
  const file: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (isPriceFile(file)) return file;
  throw new Error(
    `PRICES_FILE ${path} must hold {"source","as_of","prices":{provider:{model:{"input","output"}}}}.`,
  );
}

function ratesFor(price: Price, prompt_tokens: number): Rates {
  const tier = price.tiers?.findLast(({ above_input_tokens }) => prompt_tokens > above_input_tokens);
  return tier ?? price;
}

/** Prices as shipped, or those of an operator's file over them, model by model. */
export function createPrices(file?: string): PriceCatalogue {
  const own = file === undefined ? undefined : readPriceFile(file);
  const base: PriceFile = shipped;
  const find = (provider: string, model: string): Price | undefined =>
    own?.prices[provider]?.[model] ?? base.prices[provider]?.[model];
  const { source, as_of } = own ?? base;
  return {
    source,
    as_of,
    cost(provider, model, usage) {
      if (FREE.has(provider)) return 0;
      const price = find(provider, model);
      if (!price || !usage) return null;
      const { input, output } = ratesFor(price, usage.prompt_tokens);
      return (usage.prompt_tokens * input + usage.completion_tokens * output) * PER_TOKEN;
    },
  };
}
