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
import { parsed, reportedBy, statusIn } from "./reported-error.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Whose call it was, for messages that name the variable to look at and never the key in it. */
export interface Account {
  name: string;
  title: string;
  key_variable: string;
  /** The key and whatever else must not be shown. */
  secrets: readonly string[];
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
  /\b(?:sk|pk|rk|key|ltb|hf|gsk|xai|csk|pplx)[-_](?=[\w*.-]*[\d*])[\w*.-]{5,}[\w*]|\bBearer\s+\S+|[\w-]*\*{3,}[\w-]*/gi;
/** A shorter one would strike out ordinary words; no vendor's key is so short. */
const KEY_MIN = 8;

function publicText(text: string, { secrets }: Account): string {
  const long = secrets.filter(({ length }) => length >= KEY_MIN);
  const keyless = long.reduce((shown, secret) => shown.replaceAll(secret, "[key]"), text);
  return keyless.replace(KEY_LIKE, "[key]").replace(/\s+/g, " ").trim().slice(0, MESSAGE_MAX);
}

/** An answer that came, and is not one. */
export const unfinished = ({ name, title }: Account): ProviderError =>
  new ProviderError(name, "invalid_response", `The answer of ${title} ended without a finish reason.`);

const isHttpFailure = (error: unknown): error is HttpFailure =>
  isRecord(error) && typeof error.statusCode === "number" && typeof error.message === "string";

/** The provider's own words. Compatible servers say them as `error.message`, `error`, `message` or `detail`. */
function reasonOf({ message, responseBody = "" }: HttpFailure): string {
  const body = parsed(responseBody);
  if (!isRecord(body)) return responseBody.trimStart().startsWith("<") ? message : responseBody || message;
  const said = isRecord(body.error) ? body.error.message : (body.error ?? body.message ?? body.detail);
  return typeof said === "string" ? said : said === undefined ? message : JSON.stringify(said);
}

/** An error that came with HTTP 200, whose code is an HTTP status. */
function hiddenFailure(error: unknown): HttpFailure | undefined {
  const reported = reportedBy(error);
  const statusCode = reported && statusIn({ ...reported });
  return statusCode === undefined ? undefined : { message: reported?.message ?? "", statusCode };
}

/** The errors behind an error, itself first. */
function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; cause !== undefined; cause = cause instanceof Error ? cause.cause : undefined)
    yield cause;
}

/** Google and xAI give a refused key the 400 of a bad request. */
const REFUSED_KEY = /API_KEY_INVALID|incorrect api key/i;

/** Google says in the body how long to wait: `google.rpc.RetryInfo`, in seconds. */
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
  const said = reasonOf(failure) || "no reason given";
  const retry_after_ms = retryAfterMs(responseHeaders) ?? retryDelayMs(responseBody);
  // OpenAI gives an account without credit the 429 of a busy one; waiting does not fill it.
  const out_of_credit =
    status === 429 && (failure.isRetryable === false || responseBody.includes("insufficient_quota"));
  return new ProviderError(
    account.name,
    reason,
    publicText(`${account.title} ${answered} HTTP ${statusCode}: ${said}`, account),
    {
      status: statusCode,
      retryable: retryable && !out_of_credit,
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    },
  );
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
  if (code) return fail("unreachable", `could not be reached, or broke off (${code})`, true);
  if (isUnsendable(error))
    return fail(
      "authentication",
      `was not called: the key in ${account.key_variable} can't stand in a header`,
    );
  if (error instanceof Error && error.name === "TimeoutError")
    return fail("timeout", "did not answer in time", true);
  if (isRefusedBySdk(error)) return fail("invalid_request", `cannot be asked this: ${error.message}`);
  const reported = reportedBy(error);
  if (reported)
    return fail("server_error", `broke off with an error: ${reported.message.replace(/\.$/, "")}`, true);
  return fail("invalid_response", `answered ${unreadable(error)}`);
}

/** What there was instead of an answer. */
function unreadable(error: unknown): string {
  if (InvalidResponseDataError.isInstance(error))
    return `what could not be read: ${error.message.replace(/\.$/, "")}`;
  const { statusCode = 0, responseHeaders } = APICallError.isInstance(error) ? error : {};
  if (statusCode >= 300) return `with a redirection (HTTP ${statusCode}), which is not followed`;
  const type = responseHeaders?.["content-type"];
  return `what could not be read${type ? ` (content type ${type})` : ""}`;
}

/** The reason of a failed call, from whatever the `@ai-sdk` packages or the network threw. Never holds the key. */
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
