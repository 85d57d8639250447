import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  InvalidResponseDataError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { isRecord } from "../../base/json.ts";
import { BodyTooLarge } from "../body-limit.ts";
import { abortedError, failureOf } from "../failures.ts";
import { ProviderError, type ProviderFailure } from "../provider.ts";
import { innerError } from "./inner-error.ts";
import { parseBody, reportedBy, statusIn } from "./reported-error.ts";
import { retryAfterMs } from "./retry-after.ts";

/** The account of a call. Messages name the variable of its key, and never the key. */
export interface Account {
  name: string;
  title: string;
  key_variable: string;
  /** The key and all other values that must not be shown. */
  secrets: readonly string[];
}

/** The facts of a failed HTTP answer, or of an error inside a stream. */
interface HttpFailure {
  message: string;
  statusCode: number;
  isRetryable?: boolean | undefined;
  responseHeaders?: Record<string, string> | undefined;
  responseBody?: string | undefined;
}

const MESSAGE_MAX = 500;
/** Prefixed keys, bearer tokens, and the starred form in which OpenAI quotes a rejected key. */
const KEY_LIKE =
  /\b(?:sk|pk|rk|key|ltb|hf|gsk|xai|csk|pplx)[-_](?=[\w*.-]*[\d*])[\w*.-]{5,}[\w*]|\bBearer\s+\S+|[\w-]*\*{3,}[\w-]*/gi;
/** A shorter secret would remove ordinary words; no vendor's key is that short. */
const KEY_MIN = 8;

function publicText(text: string, { secrets }: Account): string {
  const long = secrets.filter(({ length }) => length >= KEY_MIN);
  const keyless = long.reduce((masked, secret) => masked.replaceAll(secret, "[key]"), text);
  return keyless.replace(KEY_LIKE, "[key]").replace(/\s+/g, " ").trim().slice(0, MESSAGE_MAX);
}

/** The error for an answer that ended too early. */
export const unfinished = ({ name, title }: Account): ProviderError =>
  new ProviderError(name, "invalid_response", `The answer of ${title} ended without a finish reason.`);

const isHttpFailure = (error: unknown): error is HttpFailure =>
  isRecord(error) && typeof error.statusCode === "number" && typeof error.message === "string";

/**
 * Returns the provider's own message. Compatible servers report it as `error.message`, `error`, `message` or
 * `detail`.
 */
function reasonOf({ message, responseBody = "" }: HttpFailure): string {
  const body = parseBody(responseBody);
  if (!isRecord(body)) return responseBody.trimStart().startsWith("<") ? message : responseBody || message;
  const reason = isRecord(body.error) ? body.error.message : (body.error ?? body.message ?? body.detail);
  return typeof reason === "string" ? reason : reason === undefined ? message : JSON.stringify(reason);
}

/** Returns an error that came with HTTP 200 and whose code is an HTTP status. */
function hiddenFailure(error: unknown): HttpFailure | undefined {
  const reported = reportedBy(error);
  const statusCode = reported && statusIn({ ...reported });
  return statusCode === undefined ? undefined : { message: reported?.message ?? "", statusCode };
}

/** Yields an error and its causes. */
function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** Google and xAI answer a rejected key with status 400, as for a bad request. */
const REFUSED_KEY = /API_KEY_INVALID|incorrect api key/i;

/** Reads the waiting time from Google's body: `google.rpc.RetryInfo`, in seconds. */
function retryDelayMs(body: string): number | undefined {
  const seconds = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

function fromStatus(failure: HttpFailure, account: Account): ProviderError {
  const { statusCode, responseHeaders = {}, responseBody = "" } = failure;
  const status = statusCode === 400 && REFUSED_KEY.test(responseBody) ? 401 : statusCode;
  const { reason, retryable } = failureOf(status);
  const answered =
    reason === "authentication" ? `refused the key in ${account.key_variable} with` : "answered";
  const message = reasonOf(failure) || "no reason given";
  const retry_after_ms = retryAfterMs(responseHeaders) ?? retryDelayMs(responseBody);
  // OpenAI answers an account without credit with 429, as for a busy one; waiting does not help.
  const out_of_credit =
    status === 429 && (failure.isRetryable === false || responseBody.includes("insufficient_quota"));
  return new ProviderError(
    account.name,
    reason,
    publicText(`${account.title} ${answered} HTTP ${statusCode}: ${message}`, account),
    {
      status: statusCode,
      retryable: retryable && !out_of_credit,
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    },
  );
}

/** Returns the code of the network error behind an error, such as ECONNREFUSED. */
function networkCode(error: unknown): string | undefined {
  for (const cause of causesOf(error))
    if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return undefined;
}

/** Bun rejects a header with a line break or a character beyond Latin-1; only keys can contain one. */
const isUnsendable = (error: unknown): boolean =>
  [...causesOf(error)].some(
    (cause) => cause instanceof TypeError && /^Header '.*' has invalid value/.test(cause.message),
  );

const isRefusedBySdk = (error: unknown): error is Error =>
  UnsupportedFunctionalityError.isInstance(error) ||
  InvalidPromptError.isInstance(error) ||
  InvalidArgumentError.isInstance(error);

function withoutStatus(error: unknown, account: Account): ProviderError {
  const fail = (reason: ProviderFailure, text: string, retryable = false) =>
    new ProviderError(account.name, reason, publicText(`${account.title} ${text}.`, account), {
      retryable,
      cause: innerError(error, (text) => publicText(text, account)),
    });
  const code = networkCode(error);
  if (code) return fail("unreachable", `could not be reached, or closed the connection (${code})`, true);
  if (isUnsendable(error))
    return fail(
      "authentication",
      `was not called: the key in ${account.key_variable} can't stand in a header`,
    );
  if (error instanceof Error && error.name === "TimeoutError")
    return fail("timeout", "did not answer in time", true);
  if (isRefusedBySdk(error))
    return fail("invalid_request", `does not support this request: ${error.message}`);
  const reported = reportedBy(error);
  if (reported)
    return fail("server_error", `broke off with an error: ${reported.message.replace(/\.$/, "")}`, true);
  return fail("invalid_response", unreadable(error));
}

/** Describes an answer that could not be read. */
function unreadable(error: unknown): string {
  if (InvalidResponseDataError.isInstance(error))
    return `returned an unreadable answer: ${error.message.replace(/\.$/, "")}`;
  const { statusCode = 0, responseHeaders } = APICallError.isInstance(error) ? error : {};
  if (statusCode >= 300) return `answered with a redirection (HTTP ${statusCode}), which is not followed`;
  const type = responseHeaders?.["content-type"];
  return `returned an unreadable answer${type ? ` (content type ${type})` : ""}`;
}

/**
 * Converts whatever the `@ai-sdk` packages or the network threw to the reason of a failed call. The result never
 * contains the key.
 */
export function toProviderError(
  error: unknown,
  account: Account,
  signal: AbortSignal | undefined,
): ProviderError {
  if (error instanceof ProviderError) return error;
  if (signal?.aborted) return abortedError(account.name, signal);
  const cut_off = causesOf(error).find((cause) => cause instanceof BodyTooLarge);
  if (cut_off)
    return new ProviderError(account.name, "invalid_response", `${account.title} ${cut_off.message}.`);
  const failure = isHttpFailure(error) && error.statusCode >= 400 ? error : hiddenFailure(error);
  return failure ? fromStatus(failure, account) : withoutStatus(error, account);
}
