import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";

const Rate = t.Number({ minimum: 0, description: "US dollars per million tokens." });

const RATES = {
  input: Rate,
  output: Rate,
  /** Of prompt tokens read from, and written to, the provider's cache; as other prompt tokens if left out. */
  cache_read: t.Optional(Rate),
  cache_write: t.Optional(Rate),
  /** Of completion tokens spent on thinking; as other completion tokens if left out. */
  reasoning: t.Optional(Rate),
};
const Rates = t.Object(RATES);
export type Rates = Static<typeof Rates>;

/** What a model costs. A tier replaces all rates of calls whose prompt is longer than it says. */
export const Price = t.Object({
  ...RATES,
  tiers: t.Optional(t.Array(t.Object({ above_input_tokens: Integer({ minimum: 0 }), ...RATES }))),
});
export type Price = Static<typeof Price>;

/** What is known of a model: its price, and how much it can read and write. */
export const ModelFacts = t.Object({
  ...Price.properties,
  context_tokens: t.Optional(Nullable(Integer({ minimum: 0 }))),
  output_tokens: t.Optional(Nullable(Integer({ minimum: 0 }))),
});
export type ModelFacts = Static<typeof ModelFacts>;

/** A price, on whose word, and of when. */
export const PriceSnapshot = t.Object({
  price: Price,
  source: Nullable(t.String({ description: "Null for what is part of this server and costs nothing." })),
  as_of: Nullable(t.String()),
});
export type PriceSnapshot = Static<typeof PriceSnapshot>;

/** Prices by provider and model, with who says so and when. */
export const PriceFile = t.Object({
  source: t.String(),
  as_of: t.String(),
  prices: t.Record(t.String(), t.Record(t.String(), ModelFacts)),
});
export type PriceFile = Static<typeof PriceFile>;

/** What renewed prices differ in from those before, models as `provider/model`. */
export interface PriceChanges {
  added: string[];
  changed: { model: string; before: Price; after: Price }[];
  gone: string[];
}

/** What came of renewing the prices. */
export interface PriceUpdate extends PriceChanges {
  source: string;
  as_of: string;
  models: number;
  providers: number;
  /** Models of the source whose entries could not be read. */
  unreadable: string[];
}
