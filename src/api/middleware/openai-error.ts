import type { AppError, ErrorCode } from "../../base/errors.ts";
import type { OpenAiError } from "../../domain/completions/openai-answer.ts";

const PATHS = ["/v1/chat/completions", "/v1/models"];

/** Tells whether callers of this path are OpenAI clients, which expect OpenAI's shape of an error. */
export const speaksOpenAi = (path: string): boolean =>
  PATHS.some((root) => path === root || path.startsWith(`${root}/`));

type OpenAiCode = readonly [type: string, code: string | null];

/** OpenAI's type and code for each error code of this server. Source: OpenAI's guide to error codes. */
const OPENAI_CODES: Readonly<Record<ErrorCode, OpenAiCode>> = {
  BAD_REQUEST: ["invalid_request_error", null],
  UNAUTHORIZED: ["authentication_error", "invalid_api_key"],
  FORBIDDEN: ["permission_error", "insufficient_permissions"],
  NOT_FOUND: ["invalid_request_error", "not_found"],
  CONFLICT: ["invalid_request_error", "conflict"],
  PAYLOAD_TOO_LARGE: ["invalid_request_error", "payload_too_large"],
  RATE_LIMIT_EXCEEDED: ["rate_limit_error", "rate_limit_exceeded"],
  INTERNAL_ERROR: ["server_error", "internal_error"],
  SERVICE_UNAVAILABLE: ["server_error", "service_unavailable"],
};

/**
 * Returns the name of the faulty parameter. In OpenAI's format `model` also names the provider. A validator reports a
 * fault of the whole body under an empty name.
 */
function paramOf({ details }: AppError): string | null {
  if (typeof details.field !== "string") return null;
  if (details.field === "provider") return "model";
  return details.field || "body";
}

/** Returns an error in OpenAI's shape. The code of a provider's failure is its reason, such as `timeout`. */
export function openAiError(error: AppError): OpenAiError {
  const [type, code] = OPENAI_CODES[error.code];
  const reason = typeof error.details.reason === "string" ? error.details.reason : code;
  return { error: { message: error.message, type, param: paramOf(error), code: reason } };
}
