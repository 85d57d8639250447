import type { AppError, ErrorCode } from "../../base/errors.ts";
import type { OpenAiError } from "../../domain/completions/openai-answer.ts";

const PATHS = ["/v1/chat/completions", "/v1/models"];

/** Whether who calls there is a client of OpenAI's, which knows errors in OpenAI's shape alone. */
export const speaksOpenAi = (path: string): boolean =>
  PATHS.some((root) => path === root || path.startsWith(`${root}/`));

type Words = readonly [type: string, code: string | null];

/** OpenAI's words for our codes. Source: OpenAI's guide to error codes. */
const WORDS: Record<ErrorCode, Words> = {
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

/** The field at fault. Here the provider stands in the model's name; to a validator the whole body has no name. */
function paramOf({ details }: AppError): string | null {
  if (typeof details.field !== "string") return null;
  if (details.field === "provider") return "model";
  return details.field || "body";
}

/** An error in OpenAI's shape. A failure upstream has its reason for a code (`rate_limited`, `timeout`, …). */
export function openAiError(error: AppError): OpenAiError {
  const [type, code] = WORDS[error.code];
  const reason = typeof error.details.reason === "string" ? error.details.reason : code;
  return { error: { message: error.message, type, param: paramOf(error), code: reason } };
}
