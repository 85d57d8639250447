import { APICallError, TypeValidationError } from "@ai-sdk/provider";
import { isRecord } from "../../base/json.ts";

/** Parses a body as JSON; returns its text if it is not JSON. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** The message of an error without its own HTTP status. */
interface Reported {
  message: string;
}

const isReported = (error: unknown): error is Reported =>
  isRecord(error) && !(error instanceof Error) && typeof error.message === "string";

/** Returns an answer or a chunk with HTTP 200 that a package could not read. */
function unreadBody(error: unknown): unknown {
  if (TypeValidationError.isInstance(error)) return error.value;
  if (!APICallError.isInstance(error) || (error.statusCode ?? 200) >= 300) return undefined;
  return parseBody(error.responseBody ?? "");
}

/** Returns the error reported within HTTP 200: as a chunk of a stream, or (OpenRouter) as the whole body. */
export function reportedBy(error: unknown): Reported | undefined {
  if (isReported(error)) return error;
  const body = unreadBody(error);
  if (!isRecord(body)) return undefined;
  // vLLM's older form has the message beside the mark.
  const reported = body.object === "error" ? body : body.error;
  if (typeof reported === "string") return { message: reported };
  return isReported(reported) ? reported : undefined;
}

/** Returns the HTTP status that an error's own code or type stands for, if any. */
export function statusIn({ code, type }: Record<string, unknown>): number | undefined {
  if (typeof code === "number" && code >= 400 && code < 600) return code;
  return [code, type].some((word) => typeof word === "string" && word.includes("rate_limit"))
    ? 429
    : undefined;
}
