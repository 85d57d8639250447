import type { ProviderListing } from "../domain/provider.ts";
import { createAnthropic } from "./anthropic.ts";
import { createBaseline } from "./baseline.ts";
import { createMock } from "./mock.ts";
import { createOpenAi } from "./openai.ts";
import type { Fetch, Provider } from "./provider.ts";
import type { RemoteSettings } from "./remote.ts";

type Account = Omit<RemoteSettings, "fetch">;

/** Plain values from the configuration. A provider that is left out is listed, and is not configured. */
export interface ProvidersConfig {
  openai?: Account | undefined;
  anthropic?: Account | undefined;
  /** The network for all of them, for tests. */
  fetch?: Fetch | undefined;
}

export interface Providers {
  find(name: string): Provider | undefined;
  readonly names: readonly string[];
  readonly listings: readonly ProviderListing[];
}

/** Every provider there is, configured or not. A new one is a line in the list. */
export function createProviders({ openai, anthropic, fetch }: ProvidersConfig = {}): Providers {
  const providers: readonly Provider[] = [
    createBaseline(),
    createMock(),
    createOpenAi({ ...openai, fetch }),
    createAnthropic({ ...anthropic, fetch }),
  ];
  const byName = new Map(providers.map((provider) => [provider.listing.name, provider]));
  return {
    find: (name) => byName.get(name),
    names: [...byName.keys()],
    listings: providers.map((provider) => provider.listing),
  };
}
