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
  /** The accounts beyond the first of each provider, by its name. */
  further?: Readonly<Record<string, readonly ProviderAccount[]>>;
  /** The network of all providers; for tests. */
  fetch?: Fetch | undefined;
};

export interface Providers {
  find(name: string): Provider | undefined;
  readonly names: readonly string[];
  readonly listings: readonly ProviderListing[];
}

/** Creates every provider with its first account. To add one, add a line to the list. */
const createAll = ({ endpoints = {}, fetch, further: _, ...accounts }: ProvidersConfig): Provider[] => [
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

/** Creates a provider once more, for a further account. */
function createFurther(config: ProvidersConfig, name: string, account: ProviderAccount): Provider[] {
  const isEndpoint = Object.hasOwn(config.endpoints ?? {}, name);
  const own = isEndpoint ? { endpoints: { [name]: account } } : { [name]: account };
  return createAll({ ...own, fetch: config.fetch }).filter(({ listing }) => listing.name === name);
}

/** Returns the provider with all its accounts that are configured. */
function withAccounts(config: ProvidersConfig, first: Provider): Provider {
  const { name } = first.listing;
  const further = (config.further?.[name] ?? [])
    .flatMap((account) => createFurther(config, name, account))
    .filter(({ listing }) => listing.configured);
  return further.length === 0 ? first : { ...first, accounts: [first, ...further] };
}

/** Creates every provider, configured or not, with all its accounts. */
export function createProviders(config: ProvidersConfig = {}): Providers {
  const providers = createAll(config).map((provider) => withAccounts(config, provider));
  const byName = new Map(providers.map((provider) => [provider.listing.name, provider]));
  return {
    find: (name) => byName.get(name),
    names: [...byName.keys()],
    listings: providers.map((provider) => provider.listing),
  };
}
