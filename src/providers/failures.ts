import { nearest } from "../base/nearest.ts";
import { ProviderError, type ProviderFailure } from "./provider.ts";

interface Failure {
  reason: ProviderFailure;
  /** Whether a retry of the same call may succeed. */
  retryable: boolean;
}

const FAILURE_OF: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [401, { reason: "authentication", retryable: false }],
  // An account without credit is the key owner's concern, like a rejected key; not the caller's.
  [402, { reason: "authentication", retryable: false }],
  [403, { reason: "authentication", retryable: false }],
  [408, { reason: "timeout", retryable: true }],
  // Amazon Bedrock's status for a failed model.
  [424, { reason: "server_error", retryable: true }],
  [429, { reason: "rate_limited", retryable: true }],
  // Groq's status for a full flex tier.
  [498, { reason: "overloaded", retryable: true }],
  [503, { reason: "overloaded", retryable: true }],
  [504, { reason: "timeout", retryable: true }],
  // Anthropic's status for `overloaded_error`.
  [529, { reason: "overloaded", retryable: true }],
]);

/** Returns the meaning of a provider's HTTP status. A failure with a status below 400 is `invalid_response`. */
export function failureOf(status: number): Failure {
  const known = FAILURE_OF.get(status);
  if (known) return known;
  if (status >= 500) return { reason: "server_error", retryable: true };
  return { reason: status >= 400 ? "invalid_request" : "invalid_response", retryable: false };
}

/**
 * Returns the error of a call whose signal was aborted: the reason itself if it is a ProviderError, `timeout` if it
 * is a TimeoutError (as from `AbortSignal.timeout`), else `cancelled`.
 */
export function abortedError(provider: string, signal: AbortSignal): ProviderError {
  const cause: unknown = signal.reason;
  if (cause instanceof ProviderError) return cause;
  return cause instanceof Error && cause.name === "TimeoutError"
    ? new ProviderError(provider, "timeout", "The call exceeded its time limit.", {
        retryable: true,
        cause,
      })
    : new ProviderError(provider, "cancelled", "The call was cancelled.", { cause });
}

/**
 * Returns `invalid_request` for a name that an embedded provider does not know, with the known ones and the
 * nearest.
 */
export function unknownName(
  provider: string,
  noun: string,
  { name, known }: { name: string; known: readonly string[] },
): ProviderError {
  const suggestion = nearest(name, known);
  const hint = suggestion ? ` Did you mean '${suggestion}'?` : "";
  const message = `${provider}: unknown ${noun} '${name.slice(0, 100)}'. Known: ${known.join(", ")}.${hint}`;
  return new ProviderError(provider, "invalid_request", message);
}
