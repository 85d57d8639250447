import { type Provider, ProviderError } from "../../providers/provider.ts";

/** Time that ran out in the queue was not the provider's. */
export const unsentFor = (error: unknown): unknown =>
  error instanceof ProviderError && error.reason === "timeout"
    ? new ProviderError(
        error.provider,
        "timeout",
        `No place among the calls of '${error.provider}' came free. ${error.message}`,
      )
    : error;

export const cutOff = (provider: Provider): ProviderError =>
  new ProviderError(provider.listing.name, "invalid_response", "The stream ended without a finish reason.");
