import type { ProviderListing } from "../domain/provider.ts";
import type { ProviderAccount, VendorName } from "../domain/vendors.ts";
import { createAmazonBedrock } from "./amazon-bedrock.ts";
import { createAnthropic } from "./anthropic.ts";
import { createAzure } from "./azure.ts";
import { createCohere } from "./cohere.ts";
import { createCompatibleProviders, createEndpoint } from "./compatible-vendors.ts";
import { createDeepSeek } from "./deepseek.ts";
import { createBaseline } from "./embedded/baseline.ts";
import { createMock } from "./embedded/mock.ts";
import { createGoogle } from "./google.ts";
import { createGroq } from "./groq.ts";
import { createMistral } from "./mistral.ts";
import { createOpenAi } from "./openai.ts";
import { createPerplexity } from "./perplexity.ts";
import type { Fetch, Provider } from "./provider.ts";

/** Values from the configuration. A provider that is missing here is listed as not configured. */
export type ProvidersConfig = { [Name in VendorName]?: ProviderAccount } & {
  /** OpenAI-compatible servers, by the operator's names for them. */
  endpoints?: Readonly<Record<string, ProviderAccount>>;
  /** The network of all providers; for tests. */
  fetch?: Fetch | undefined;
};

export interface Providers {
  find(name: string): Provider | undefined;
  readonly names: readonly string[];
  readonly listings: readonly ProviderListing[];
}

/** Creates every provider, configured or not. To add one, add a line to the list. */
export function createProviders({ endpoints = {}, fetch, ...accounts }: ProvidersConfig = {}): Providers {
  const providers: readonly Provider[] = [
    createBaseline(),
    createMock(),
    createOpenAi({ ...accounts.openai, fetch }),
    createAnthropic({ ...accounts.anthropic, fetch }),
    createGoogle({ ...accounts.google, fetch }),
    createAzure({ ...accounts.azure, fetch }),
    createAmazonBedrock({ ...accounts["amazon-bedrock"], fetch }),
    createMistral({ ...accounts.mistral, fetch }),
    createCohere({ ...accounts.cohere, fetch }),
    createGroq({ ...accounts.groq, fetch }),
    createDeepSeek({ ...accounts.deepseek, fetch }),
    createPerplexity({ ...accounts.perplexity, fetch }),
    ...createCompatibleProviders(accounts, fetch),
    ...Object.entries(endpoints).map(([name, account]) => createEndpoint(name, { ...account, fetch })),
  ];
  const byName = new Map(providers.map((provider) => [provider.listing.name, provider]));
  return {
    find: (name) => byName.get(name),
    names: [...byName.keys()],
    listings: providers.map((provider) => provider.listing),
  };
}
