import { APICallError, TypeValidationError } from "@ai-sdk/provider";
import { isRecord } from "../../base/json.ts";
import { parsed, type ReportedError, readError, readErrorValue } from "../failure/error-body.ts";

const saysWords = (error: unknown): boolean =>
  isRecord(error) && !(error instanceof Error) && typeof error.message === "string";

/** An answer or a chunk with HTTP 200 in which a package found no answer. */
function unreadBody(error: unknown): unknown {
  if (TypeValidationError.isInstance(error)) return error.value;
  if (!APICallError.isInstance(error) || (error.statusCode ?? 200) >= 300) return undefined;
  return parsed(error.responseBody ?? "");
}

/** What an error says of itself that came with HTTP 200: as a chunk of a stream, or as the whole body. */
export const reportedBy = (error: unknown): ReportedError | undefined =>
  saysWords(error) ? readErrorValue(error) : readError(unreadBody(error));
