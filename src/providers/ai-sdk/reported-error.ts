import { APICallError, TypeValidationError } from "@ai-sdk/provider";
import { isRecord } from "../../base/json.ts";

/** What a body says, or its text where it is no JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Words of an error that came without an HTTP status of its own. */
interface Reported {
  message: string;
}

const isReported = (error: unknown): error is Reported =>
  isRecord(error) && !(error instanceof Error) && typeof error.message === "string";

/** An answer or a chunk with HTTP 200 in which a package found no answer. */
function unreadBody(error: unknown): unknown {
  if (TypeValidationError.isInstance(error)) return error.value;
  if (!APICallError.isInstance(error) || (error.statusCode ?? 200) >= 300) return undefined;
  return parsed(error.responseBody ?? "");
}

/** What an error says of itself that came with HTTP 200: as a chunk of a stream, or (OpenRouter) as the whole body. */
export function reportedBy(error: unknown): Reported | undefined {
  if (isReported(error)) return error;
  const body = unreadBody(error);
  if (!isRecord(body)) return undefined;
  // vLLM's older form has the words beside the mark.
  const said = body.object === "error" ? body : body.error;
  if (typeof said === "string") return { message: said };
  return isReported(said) ? said : undefined;
}

/** The status that an error's own code stands for, where it is one. */
export function statusIn({ code, type }: Record<string, unknown>): number | undefined {
  if (typeof code === "number" && code >= 400 && code < 600) return code;
  return [code, type].some((word) => typeof word === "string" && word.includes("rate_limit"))
    ? 429
    : undefined;
}
