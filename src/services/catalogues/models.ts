import { notFound } from "../../base/errors.ts";
import type { ModelList, ModelListing } from "../../domain/model.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { ProviderListing } from "../../domain/provider.ts";
import type { PriceCatalogue, PricedModel } from "../../providers/prices/index.ts";
import type { ModelCalls } from "../model-calls/index.ts";

const listing = (owned_by: string, model: string) =>
  ({ id: `${owned_by}/${model}`, object: "model", created: 0, owned_by }) as const;

const priced = (provider: string, { model, source, as_of, ...facts }: PricedModel): ModelListing => ({
  ...listing(provider, model),
  ...facts,
  price_source: source,
  price_as_of: as_of,
});

/** They cost nothing, unless the operator's file prices them. */
const embedded = ({ name, models }: ProviderListing, prices: PriceCatalogue): ModelListing[] =>
  models.flatMap((model) => {
    const known = prices.find(name, model);
    return known ? [priced(name, known)] : [];
  });

/** The models that can be asked by name: those embedded, and those of configured providers whose price is known. */
export function createModelCatalogue({ listings, prices }: ModelCalls) {
  const all = (): ModelListing[] =>
    listings
      .filter(({ configured }) => configured)
      .flatMap((provider) =>
        provider.kind === "embedded"
          ? embedded(provider, prices)
          : prices.models(provider.name).map((model) => priced(provider.name, model)),
      );
  return {
    list(caller: Caller): ModelList {
      authorize(caller, "catalogues.read");
      return { object: "list", data: all() };
    },
    /** Throws NOT_FOUND for a model that is not in the list, though it may be one that can be asked. */
    get(caller: Caller, id: string): ModelListing {
      authorize(caller, "catalogues.read");
      const found = all().find((model) => model.id === id);
      if (!found) throw notFound("model", id);
      return found;
    },
  };
}

export type ModelCatalogue = ReturnType<typeof createModelCatalogue>;
