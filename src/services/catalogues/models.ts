import { requireFound } from "../../base/errors.ts";
import type { ModelList, ModelListing } from "../../domain/model.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { ProviderListing } from "../../domain/provider.ts";
import type { PriceCatalogue, PricedModel } from "../../providers/prices/index.ts";
import type { ModelCalls } from "../model-calls/index.ts";

const listing = (owned_by: string, model: string) =>
  ({ id: `${owned_by}/${model}`, object: "model", created: 0, owned_by }) as const;

/** Returns the listing of a model with what the price catalogue knows of it. */
const pricedListing = (provider: string, { model, source, as_of, ...facts }: PricedModel): ModelListing => ({
  ...listing(provider, model),
  ...facts,
  price_source: source,
  price_as_of: as_of,
});

/** Returns the models of an embedded provider; they cost nothing unless the operator's file prices them. */
const embeddedListings = ({ name, models }: ProviderListing, prices: PriceCatalogue): ModelListing[] =>
  models.flatMap((model) => {
    const priced = prices.find(name, model);
    return priced ? [pricedListing(name, priced)] : [];
  });

/** Lists the models that can be asked by name: embedded ones, and those of configured providers whose price is known. */
export function createModelCatalogue({ listings, prices }: ModelCalls) {
  const allListings = (): ModelListing[] =>
    listings
      .filter(({ configured }) => configured)
      .flatMap((provider) =>
        provider.kind === "embedded"
          ? embeddedListings(provider, prices)
          : prices.models(provider.name).map((model) => pricedListing(provider.name, model)),
      );
  return {
    list(caller: Caller): ModelList {
      authorize(caller, "catalogues.read");
      return { object: "list", data: allListings() };
    },
    /** Throws NOT_FOUND for a model that is not listed, even if its provider would accept it. */
    get(caller: Caller, id: string): ModelListing {
      authorize(caller, "catalogues.read");
      const listed = allListings().find((model) => model.id === id);
      return requireFound(listed, "model", id);
    },
  };
}

export type ModelCatalogue = ReturnType<typeof createModelCatalogue>;
