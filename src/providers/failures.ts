import { nearest } from "../base/nearest.ts";
import { ProviderError, type ProviderFailure } from "./provider.ts";

interface Failure {
  reason: ProviderFailure;
  /** Whether the same call may succeed when it is made again. */
  retryable: boolean;
}

const FAILURE_OF: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [401, { reason: "authentication", retryable: false }],
  // An account without credit is the key owner's matter, as a refused key is, not the caller's.
  [402, { reason: "authentication", retryable: false }],
  [403, { reason: "authentication", retryable: false }],
  [408, { reason: "timeout", retryable: true }],
  // Amazon Bedrock's own status for a model that failed at its work.
  [424, { reason: "server_error", retryable: true }],
  [429, { reason: "rate_limited", retryable: true }],
  // Groq's own status for a flex tier that is full.
  [498, { reason: "overloaded", retryable: true }],
  [503, { reason: "overloaded", retryable: true }],
  [504, { reason: "timeout", retryable: true }],
  // Anthropic's own status for `overloaded_error`.
  [529, { reason: "overloaded", retryable: true }],
]);

/** What a provider's HTTP status means. A status below 400 that still is a failure is `invalid_response`. */
export function failureOf(status: number): Failure {
  const known = FAILURE_OF.get(status);
  if (known) return known;
  if (status >= 500) return { reason: "server_error", retryable: true };
  return { reason: status >= 400 ? "invalid_request" : "invalid_response", retryable: false };
}

/**
 * The error of a call whose signal was aborted: the reason itself where it is a ProviderError, `timeout` where it is
 * a TimeoutError (as of `AbortSignal.timeout`), else `cancelled`.
 */
export function abortedError(provider: string, signal: AbortSignal): ProviderError {
  const cause: unknown = signal.reason;
  if (cause instanceof ProviderError) return cause;
  return cause instanceof Error && cause.name === "TimeoutError"
    ? new ProviderError(provider, "timeout", "The call took longer than it was given.", {
        retryable: true,
        cause,
      })
    : new ProviderError(provider, "cancelled", "The call was cancelled.", { cause });
}

/** `invalid_request` for a name that an embedded provider does not have: the known ones listed, the nearest suggested. */
export function unknownName(
  provider: string,
  noun: string,
  wanted: string,
  known: readonly string[],
): ProviderError {
  const suggestion = nearest(wanted, known);
  const hint = suggestion ? ` Did you mean '${suggestion}'?` : "";
  const message = `${provider}: unknown ${noun} '${wanted.slice(0, 100)}'. Known: ${known.join(", ")}.${hint}`;
  return new ProviderError(provider, "invalid_request", message);
}
