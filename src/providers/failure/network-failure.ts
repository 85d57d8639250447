import { BodyTooLarge } from "../body-limit.ts";
import { abortedError } from "../failures.ts";
import { ProviderError, type ProviderFailure } from "../provider.ts";
import { type Account, publicText } from "./account.ts";
import { innerError } from "./inner-error.ts";

/** The errors behind an error, itself first. */
function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** The code of the network error behind an error, such as ECONNREFUSED. */
function networkCode(error: unknown): string | undefined {
  for (const cause of causesOf(error))
    if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return undefined;
}

/** Bun refuses to send a header with a line break or a letter beyond Latin-1 in it; the keys are the only ones not ours. */
const isUnsendable = (error: unknown): boolean =>
  [...causesOf(error)].some(
    (cause) => cause instanceof TypeError && /^Header '.*' has invalid value/.test(cause.message),
  );

/** A failure in our own words; `cause` is kept for the log, without the answer and without keys. */
export function failure(
  account: Account,
  reason: ProviderFailure,
  text: string,
  { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
): ProviderError {
  const clean = (words: string) => publicText(words, account);
  return new ProviderError(account.name, reason, clean(`${account.title} ${text}.`), {
    retryable,
    ...(cause === undefined ? {} : { cause: innerError(cause, clean) }),
  });
}

/** An answer that came, and is not one. `said` tells whether something of it had been said. */
export const unfinished = ({ name, title }: Account, said = true): ProviderError =>
  new ProviderError(name, "invalid_response", `The answer of ${title} ended without a finish reason.`, {
    retryable: !said,
  });

/**
 * The failure of a call that broke off on its way: aborted, cut at the size limit, unreachable, late, or not sent for
 * an impossible key. Undefined if the error is none of these.
 */
export function networkFailure(
  error: unknown,
  account: Account,
  signal: AbortSignal | undefined,
): ProviderError | undefined {
  if (error instanceof ProviderError) return error;
  if (signal?.aborted) return abortedError(account.name, signal);
  for (const cause of causesOf(error))
    if (cause instanceof BodyTooLarge) return failure(account, "invalid_response", cause.message);
  const code = networkCode(error);
  if (code)
    return failure(account, "unreachable", `could not be reached, or broke off (${code})`, {
      retryable: true,
      cause: error,
    });
  if (isUnsendable(error))
    return failure(
      account,
      "authentication",
      `was not called: the key in ${account.key_variable} can't stand in a header`,
      { cause: error },
    );
  if (error instanceof Error && error.name === "TimeoutError")
    return failure(account, "timeout", "did not answer in time", { retryable: true, cause: error });
  return undefined;
}
