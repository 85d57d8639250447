import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  InvalidResponseDataError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { isRecord } from "../../base/json/json.ts";
import { type Account, withoutFullStop } from "../failure/account.ts";
import { httpFailure, reportedFailure } from "../failure/http-failure.ts";
import { failure, networkFailure } from "../failure/network-failure.ts";
import type { ProviderError } from "../provider.ts";
import { reportedBy } from "./reported-error.ts";

/** The facts of a failed HTTP answer, or of an error inside a stream. */
interface HttpFailure {
  message: string;
  statusCode: number;
  isRetryable?: boolean | undefined;
  responseHeaders?: Record<string, string> | undefined;
  responseBody?: string | undefined;
}

const isHttpFailure = (error: unknown): error is HttpFailure =>
  isRecord(error) &&
  typeof error.statusCode === "number" &&
  error.statusCode >= 400 &&
  typeof error.message === "string";

function fromHttp({ message, statusCode, isRetryable, ...response }: HttpFailure, account: Account) {
  const { responseHeaders: headers = {}, responseBody: body = "" } = response;
  const answer = { status: statusCode, status_text: message, headers, body };
  return httpFailure(answer, account, isRetryable === false);
}

const isRefusedBySdk = (error: unknown): error is Error =>
  UnsupportedFunctionalityError.isInstance(error) ||
  InvalidPromptError.isInstance(error) ||
  InvalidArgumentError.isInstance(error);

/** Describes an answer that could not be read. */
function unreadable(error: unknown): string {
  if (InvalidResponseDataError.isInstance(error))
    return `returned an unreadable answer: ${withoutFullStop(error.message)}`;
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
  if (!signal?.aborted && isHttpFailure(error)) return fromHttp(error, account);
  const reported = signal?.aborted ? undefined : reportedBy(error);
  if (reported) return reportedFailure(reported, account);
  const broken = networkFailure(error, account, signal);
  if (broken) return broken;
  if (isRefusedBySdk(error))
    return failure(account, "invalid_request", `does not support this request: ${error.message}`, {
      cause: error,
    });
  return failure(account, "invalid_response", unreadable(error), { cause: error });
}
