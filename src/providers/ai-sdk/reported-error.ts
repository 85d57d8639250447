import { APICallError, TypeValidationError } from "@ai-sdk/provider";
import { isRecord } from "../../base/json/json.ts";
import { parsed, type ReportedError, readError, readErrorValue } from "../failure/error-body.ts";

const hasMessage = (error: unknown): boolean =>
  isRecord(error) && !(error instanceof Error) && typeof error.message === "string";

/** Returns an answer or a chunk with HTTP 200 that a package could not read. */
function unreadBody(error: unknown): unknown {
  if (TypeValidationError.isInstance(error)) return error.value;
  if (!APICallError.isInstance(error) || (error.statusCode ?? 200) >= 300) return undefined;
  return parsed(error.responseBody ?? "");
}

/** Returns the error reported within HTTP 200: as a chunk of a stream, or (OpenRouter) as the whole body. */
export const reportedBy = (error: unknown): ReportedError | undefined =>
  hasMessage(error) ? readErrorValue(error) : readError(unreadBody(error));
