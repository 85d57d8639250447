import { type Static, Type } from "@sinclair/typebox";
import { isValid } from "../../base/validation.ts";
import { type ModelFacts, Price, type PriceFile, type Rates } from "../../domain/price.ts";
import { VENDOR_NAMES } from "../../domain/vendors.ts";

/**
 * models.dev (MIT): an open catalogue of models' abilities and prices. This is its public document, updated many
 * times a day.
 */
export const MODELS_DEV_URL = "https://models.dev/api.json";

const { tiers: _tiers, request: _request, request_most: _most, ...RATES } = Price.properties;

/** A model in the document. `tiers` supersedes the older `context_over_200k`, which is written beside it. */
const SourceModel = Type.Object({
  cost: Type.Object({
    ...RATES,
    tiers: Type.Optional(
      Type.Array(
        Type.Object({
          tier: Type.Object({ type: Type.Optional(Type.String()), size: Type.Integer({ minimum: 0 }) }),
          ...RATES,
        }),
      ),
    ),
    context_over_200k: Type.Optional(Type.Object(RATES)),
  }),
  limit: Type.Optional(
    Type.Object({
      context: Type.Optional(Type.Integer({ minimum: 0 })),
      output: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
  ),
});
type SourceModel = Static<typeof SourceModel>;

/** A whole document: providers by id, each with its models by id. */
const Source = Type.Record(
  Type.String(),
  Type.Object({ models: Type.Record(Type.String(), Type.Unknown()) }),
);

const isSource = isValid(Source);
const isModel = isValid(SourceModel);

/** Providers with another name in the document. */
const NAMES: Readonly<Record<string, string>> = { fireworks: "fireworks-ai" };
const OVER_200K = 200_000;

/** A cache that is free beside tokens that are not is a gap in the document. */
const isGap = ({ input, cache_read }: Rates): boolean => cache_read === 0 && input > 0;

function ratesOf(rates: Rates): Rates {
  const { input, output, cache_read, cache_write, reasoning } = rates;
  return {
    input,
    output,
    ...(cache_read === undefined || isGap(rates) ? {} : { cache_read }),
    ...(cache_write === undefined ? {} : { cache_write }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function tiersOf({ tiers, context_over_200k }: SourceModel["cost"]): NonNullable<Price["tiers"]> {
  if (!tiers)
    return context_over_200k ? [{ above_input_tokens: OVER_200K, ...ratesOf(context_over_200k) }] : [];
  return tiers
    .filter(({ tier }) => (tier.type ?? "context") === "context")
    .map(({ tier, ...rates }) => ({ above_input_tokens: tier.size, ...ratesOf(rates) }));
}

/** In the document, 0 means that a limit is unknown. */
function factsOf({ cost, limit = {} }: SourceModel): ModelFacts {
  const tiers = tiersOf(cost);
  return {
    ...ratesOf(cost),
    ...(tiers.length > 0 ? { tiers } : {}),
    context_tokens: limit.context || null,
    output_tokens: limit.output || null,
  };
}

/** Whether a model has a cost. One without has an unknown price; one with a faulty cost is reported. */
const hasCost = (model: unknown): boolean =>
  typeof model === "object" && model !== null && "cost" in model && model.cost !== undefined;

/** The prices in a document, and the models with unreadable entries, as `provider/model`. */
export interface ReadPrices {
  prices: PriceFile["prices"];
  unreadable: string[];
}

/** Reads the prices of this server's providers from models.dev's document; undefined for any other document. */
export function readModelsDev(document: unknown): ReadPrices | undefined {
  if (!isSource(document)) return undefined;
  const unreadable: string[] = [];
  const pricesOf = (provider: string): Record<string, ModelFacts> => {
    const models = Object.entries(document[NAMES[provider] ?? provider]?.models ?? {}).filter(([, model]) =>
      hasCost(model),
    );
    return Object.fromEntries(
      models.flatMap(([name, model]) => {
        if (isModel(model)) return [[name, factsOf(model)]];
        unreadable.push(`${provider}/${name}`);
        return [];
      }),
    );
  };
  const known = VENDOR_NAMES.map((provider) => [provider, pricesOf(provider)] as const);
  const priced = known.filter(([, models]) => Object.keys(models).length > 0);
  return { prices: Object.fromEntries(priced), unreadable };
}
