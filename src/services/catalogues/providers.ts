import { type Page, type PageRequest, pageOfAll } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { ProviderListing } from "../../domain/provider.ts";
import type { ModelCalls } from "../model-calls/index.ts";

/** Lists the providers, whether configured or not. */
export const createProviderCatalogue = (modelCalls: ModelCalls) => ({
  list(caller: Caller, request: PageRequest): Page<ProviderListing> {
    authorize(caller, "catalogues.read");
    return pageOfAll(modelCalls.listings, request);
  },
});

export type ProviderCatalogue = ReturnType<typeof createProviderCatalogue>;
