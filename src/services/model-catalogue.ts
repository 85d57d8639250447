import type { ModelList, ModelListing } from "../domain/model.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import type { Price } from "../domain/price.ts";
import type { ProviderListing } from "../domain/provider.ts";
import type { PriceCatalogue, PricedModel } from "../providers/prices.ts";
import type { ModelCalls } from "./model-calls/index.ts";

const listing = (owned_by: string, model: string) =>
  ({ id: `${owned_by}/${model}`, object: "model", created: 0, owned_by }) as const;

const priced = (provider: string, { model, source, as_of, ...facts }: PricedModel): ModelListing => ({
  ...listing(provider, model),
  ...facts,
  price_source: source,
  price_as_of: as_of,
});

const isFree = ({ input, output }: Price): boolean => input === 0 && output === 0;

/** Without an operator's price they are free, on nobody's word. */
const embedded = ({ name, models }: ProviderListing, prices: PriceCatalogue): ModelListing[] =>
  models.map((model) => {
    const known = prices.find(name, model);
    if (known && !isFree(known.price)) return priced(name, known);
    return {
      ...listing(name, model),
      price: { input: 0, output: 0 },
      price_source: null,
      price_as_of: null,
      context_tokens: null,
      output_tokens: null,
    };
  });

/** The models that can be asked by name: those embedded, and those of configured providers whose price is known. */
export const createModelCatalogue = ({ listings, prices }: ModelCalls) => ({
  list(caller: Caller): ModelList {
    authorize(caller, "catalogues.read");
    const data = listings
      .filter(({ configured }) => configured)
      .flatMap((provider) =>
        provider.kind === "embedded"
          ? embedded(provider, prices)
          : prices.models(provider.name).map((model) => priced(provider.name, model)),
      );
    return { object: "list", data };
  },
});

export type ModelCatalogue = ReturnType<typeof createModelCatalogue>;
