import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";

const Rate = t.Number({ minimum: 0, description: "US dollars per million tokens." });

const RATES = {
  input: Rate,
  output: Rate,
  /** The rates of prompt tokens read from, and written to, the provider's cache. Default: the input rate. */
  cache_read: t.Optional(Rate),
  cache_write: t.Optional(Rate),
  /** The rate of completion tokens spent on reasoning. Default: the output rate. */
  reasoning: t.Optional(Rate),
};
const Rates = t.Object(RATES);
export type Rates = Static<typeof Rates>;

/** The price of a model. A tier replaces all rates for calls with a prompt of more than `above_input_tokens`. */
export const Price = t.Object({
  ...RATES,
  request: t.Optional(
    t.Number({ minimum: 0, description: "US dollars per request, beside its tokens. Default: 0." }),
  ),
  request_most: t.Optional(
    t.Number({
      minimum: 0,
      description: "The most of `request`, by the request's settings. Default: `request`.",
    }),
  ),
  tiers: t.Optional(t.Array(t.Object({ above_input_tokens: Integer({ minimum: 0 }), ...RATES }))),
});
export type Price = Static<typeof Price>;

/** The price of a model, and how many tokens it can read and write. */
export const ModelFacts = t.Object({
  ...Price.properties,
  context_tokens: t.Optional(Nullable(Integer({ minimum: 0 }))),
  output_tokens: t.Optional(Nullable(Integer({ minimum: 0 }))),
});
export type ModelFacts = Static<typeof ModelFacts>;

/** A price with its source and date. */
export const PriceSnapshot = t.Object({
  price: Price,
  source: Nullable(
    t.String({ description: "Null for a provider that is part of this server and costs nothing." }),
  ),
  as_of: Nullable(t.String()),
});
export type PriceSnapshot = Static<typeof PriceSnapshot>;

/** Prices by provider and model, with their source and date. */
export const PriceFile = t.Object({
  source: t.String(),
  as_of: t.String(),
  prices: t.Record(t.String(), t.Record(t.String(), ModelFacts)),
});
export type PriceFile = Static<typeof PriceFile>;

/** The differences between new and earlier prices. Models are named `provider/model`. */
export interface PriceChanges {
  added: string[];
  changed: { model: string; before: Price; after: Price }[];
  gone: string[];
}

/** The outcome of a price update. */
export interface PriceUpdate extends PriceChanges {
  source: string;
  as_of: string;
  models: number;
  providers: number;
  /** Models of the source whose entries could not be read. */
  unreadable: string[];
}
