import { type AppError, type ErrorCode, STATUS_OF } from "../../base/errors.ts";
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

const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/**
 * Returns the name of the faulty parameter, in the provider's words if it named one. In OpenAI's format `model` also
 * names the provider. A validator reports a fault of the whole body under an empty name.
 */
function paramOf({ details }: AppError): string | null {
  if (typeof details.field !== "string") return textIn(details.param) ?? null;
  if (details.field === "provider") return "model";
  return details.field || "body";
}

/** A failure of a provider that has a status and an error class of its own in OpenAI's clients. */
interface KeptFailure {
  status: number;
  type: string;
  code: string;
}

/** Returns how a provider's rate limit or missing model is passed on: under its own status, not as our 503 or 400. */
function keptFailureOf({ details: { reason, status } }: AppError): KeptFailure | undefined {
  if (reason === "rate_limited") return { status: 429, type: "rate_limit_error", code: "rate_limited" };
  if (reason === "invalid_request" && status === 404)
    return { status: 404, type: "invalid_request_error", code: "model_not_found" };
  return undefined;
}

/** Returns the HTTP status under which an OpenAI client receives an error. */
export const openAiStatus = (error: AppError): number =>
  keptFailureOf(error)?.status ?? STATUS_OF[error.code];

/**
 * Returns an error in OpenAI's shape. A provider's failure has the provider's own code, such as
 * `context_length_exceeded`; without one, its reason, such as `timeout`.
 */
export function openAiError(error: AppError): OpenAiError {
  const kept = keptFailureOf(error);
  const [type, code] = kept ? [kept.type, kept.code] : OPENAI_CODES[error.code];
  const own_code = textIn(error.details.code) ?? (kept ? undefined : textIn(error.details.reason));
  return { error: { message: error.message, type, param: paramOf(error), code: own_code ?? code } };
}
