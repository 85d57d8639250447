import type { Price } from "../../domain/price.ts";

type RequestFee = Pick<Price, "request" | "request_most">;

/**
 * Fees by provider and model: with the vendor's default settings, and with the most expensive ones. models.dev has none.
 * Source: Perplexity's price list of 2025, by the size of the search context.
 */
const FEES: Readonly<Record<string, Readonly<Record<string, RequestFee>>>> = {
  perplexity: {
    sonar: { request: 0.005, request_most: 0.012 },
    "sonar-pro": { request: 0.006, request_most: 0.014 },
    "sonar-reasoning-pro": { request: 0.006, request_most: 0.014 },
  },
};

/** Returns the fee of a model's requests; undefined if there is none. */
export function requestFeeOf(provider: string, model: string): RequestFee | undefined {
  const models = Object.hasOwn(FEES, provider) ? FEES[provider] : undefined;
  return models && Object.hasOwn(models, model) ? models[model] : undefined;
}
