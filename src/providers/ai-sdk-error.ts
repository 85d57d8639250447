import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { abortedError, failureOf } from "./failures.ts";
import { ProviderError, type ProviderFailure } from "./provider.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Whose call it was, for messages that name the variable to look at and never the key in it. */
export interface Account {
  name: string;
  title: string;
  key_variable: string;
  api_key: string;
}

/** What is known of an HTTP answer that is a failure; also what an error inside a stream says of itself. */
interface HttpFailure {
  message: string;
  statusCode: number;
  isRetryable?: boolean | undefined;
  responseHeaders?: Record<string, string> | undefined;
  responseBody?: string | undefined;
}

const MESSAGE_MAX = 500;
/** Prefixed keys, bearer tokens, and the starred form in which OpenAI quotes a refused key. */
const KEY_LIKE =
  /\b(?:sk|pk|rk|key|ltb)[-_](?=[\w*.-]*[\d*])[\w*.-]{5,}[\w*]|\bBearer\s+\S+|[\w-]*\*{3,}[\w-]*/gi;
/** A shorter one would strike out ordinary words; no vendor's key is so short. */
const KEY_MIN = 8;

function publicText(text: string, { api_key }: Account): string {
  const keyless = api_key.length >= KEY_MIN ? text.replaceAll(api_key, "[key]") : text;
  return keyless.replace(KEY_LIKE, "[key]").replace(/\s+/g, " ").trim().slice(0, MESSAGE_MAX);
}

/** An answer that came, and is not one. */
export const unfinished = ({ name, title }: Account): ProviderError =>
  new ProviderError(name, "invalid_response", `${title}'s answer ended without a finish reason.`);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isHttpFailure = (error: unknown): error is HttpFailure =>
  isRecord(error) && typeof error.statusCode === "number" && typeof error.message === "string";

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The provider's own words. Compatible servers say them as `error.message`, `error`, `message` or `detail`. */
function reasonOf({ message, responseBody = "" }: HttpFailure): string {
  const body = parsed(responseBody);
  if (!isRecord(body)) return responseBody.trimStart().startsWith("<") ? message : responseBody || message;
  const said = isRecord(body.error) ? body.error.message : (body.error ?? body.message ?? body.detail);
  return typeof said === "string" ? said : said === undefined ? message : JSON.stringify(said);
}

/** What a stream may say instead of an HTTP status: an object with words, or with less. */
const isReported = (error: unknown): error is { message: string } =>
  isRecord(error) && !(error instanceof Error) && typeof error.message === "string";

function fromStatus(failure: HttpFailure, account: Account): ProviderError {
  const { statusCode: status, responseHeaders = {}, responseBody = "" } = failure;
  const { reason, retryable } = failureOf(status);
  const answered =
    reason === "authentication" ? `refused the key in ${account.key_variable} with` : "answered";
  const said = reasonOf(failure) || "no reason given";
  const retry_after_ms = retryAfterMs(responseHeaders);
  // OpenAI gives an account without credit the 429 of a busy one; waiting does not fill it.
  const out_of_credit = failure.isRetryable === false || responseBody.includes("insufficient_quota");
  return new ProviderError(
    account.name,
    reason,
    publicText(`${account.title} ${answered} HTTP ${status}: ${said}`, account),
    {
      status,
      retryable: retryable && !out_of_credit,
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    },
  );
}

/** The code of the network error behind an error, such as ECONNREFUSED. */
function networkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : networkCode(error.cause);
}

const isRefusedBySdk = (error: unknown): error is Error =>
  UnsupportedFunctionalityError.isInstance(error) ||
  InvalidPromptError.isInstance(error) ||
  InvalidArgumentError.isInstance(error);

function withoutStatus(error: unknown, account: Account): ProviderError {
  const fail = (reason: ProviderFailure, text: string, retryable = false) =>
    new ProviderError(account.name, reason, publicText(`${account.title} ${text}.`, account), {
      retryable,
      cause: error,
    });
  const code = networkCode(error);
  if (code) return fail("unreachable", `could not be reached, or broke off (${code})`, true);
  if (error instanceof Error && error.name === "TimeoutError")
    return fail("timeout", "did not answer in time", true);
  if (isRefusedBySdk(error)) return fail("invalid_request", `cannot be asked this: ${error.message}`);
  if (isReported(error)) return fail("server_error", `broke off with an error: ${error.message}`, true);
  const type = APICallError.isInstance(error) ? error.responseHeaders?.["content-type"] : undefined;
  return fail("invalid_response", `answered what could not be read${type ? ` (content type ${type})` : ""}`);
}

/** The reason of a failed call, from whatever the `@ai-sdk` packages or the network threw. Never holds the key. */
export function toProviderError(
  error: unknown,
  account: Account,
  signal: AbortSignal | undefined,
): ProviderError {
  if (error instanceof ProviderError) return error;
  if (signal?.aborted) return abortedError(account.name, signal);
  return isHttpFailure(error) && error.statusCode >= 400
    ? fromStatus(error, account)
    : withoutStatus(error, account);
}
