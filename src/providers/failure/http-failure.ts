import { failureOf } from "../failures.ts";
import { ProviderError } from "../provider.ts";
import { type Account, publicText, withoutFullStop } from "./account.ts";
import { type HttpAnswer, type ReportedError, readErrorBody } from "./error-body.ts";
import { codeOf } from "./meaning.ts";
import { type HeaderFields, retryAfterMs } from "./rate-limit.ts";
import { waitInWords } from "./waits.ts";

/** Google and xAI give a refused key the 400 of a bad request. */
const REFUSED_KEY = /API_KEY_INVALID|incorrect api key/i;
const OUT_OF_CREDIT = /insufficient_quota|billing_hard_limit/;
/** Statuses of a limit that was met, or of a server that is full. */
const LIMITED: ReadonlySet<number> = new Set([429, 498, 503, 529]);

/** Longer waits are named in the message: no caller makes them unasked. */
const LONG_WAIT_MS = 120_000;

const waitNote = (wait_ms = 0): string =>
  wait_ms > LONG_WAIT_MS ? ` (it asks to wait ${waitInWords(wait_ms)})` : "";

interface Facts {
  status: number;
  headers: HeaderFields;
  /** Whether waiting does not help, by what a package knows of its vendor; false if nothing is known. */
  final?: boolean;
}

function failed(error: ReportedError, account: Account, { status, headers, final }: Facts): ProviderError {
  const whole_error = JSON.stringify(error.value) ?? "";
  const code = codeOf({ ...error, status });
  const meant =
    status === 400 && REFUSED_KEY.test(whole_error) ? 401 : code === "content_filter" ? 400 : status;
  const { reason, retryable } = failureOf(meant);
  const answered =
    reason === "authentication" ? `refused the key in ${account.key_variable} with` : "answered";
  const words = error.words || "no reason given";
  // OpenAI gives an account without credit the 429 of a busy one; waiting does not fill it.
  const out_of_credit = meant === 429 && (final || OUT_OF_CREDIT.test(whole_error));
  const limited = LIMITED.has(status);
  const retry_after_ms = retryAfterMs({ headers, body: error.value, words: error.words, limited });
  const said = publicText(`${account.title} ${answered} HTTP ${status}: ${words}`, account);
  const message = `${said}${waitNote(retry_after_ms)}`;
  return new ProviderError(account.name, reason, message, {
    status,
    retryable: retryable && !out_of_credit,
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    ...(code === undefined ? {} : { code: publicText(code, account) }),
    ...(error.param === undefined ? {} : { param: publicText(error.param, account) }),
  });
}

/** The failure that an HTTP answer of a status from 400 on is. */
export const httpFailure = (answer: HttpAnswer, account: Account, final = false): ProviderError =>
  failed(readErrorBody(answer), account, { status: answer.status, headers: answer.headers, final });

/** The failure of an answer that came with HTTP 200 and reports an error: by its own status, if it names one. */
export function reportedFailure(
  error: ReportedError,
  account: Account,
  headers: HeaderFields = {},
): ProviderError {
  if (error.status !== undefined) return failed(error, account, { status: error.status, headers });
  const code = codeOf(error);
  const reason =
    code === "context_length_exceeded" || code === "content_filter" ? "invalid_request" : "server_error";
  const words = withoutFullStop(error.words || "it gave no reason");
  const message = publicText(`${account.title} broke off with an error: ${words}.`, account);
  const wait = retryAfterMs({ headers, body: error.value, words: error.words, limited: false });
  return new ProviderError(account.name, reason, message, {
    retryable: reason === "server_error",
    ...(code === undefined ? {} : { code: publicText(code, account) }),
    ...(error.param === undefined ? {} : { param: publicText(error.param, account) }),
    ...(wait === undefined ? {} : { retry_after_ms: wait }),
  });
}
