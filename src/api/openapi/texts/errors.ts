import type { ErrorCode } from "../../../base/errors.ts";

/** Descriptions of the error responses. */
export const ERROR_TEXTS: Readonly<Record<ErrorCode, string>> = {
  BAD_REQUEST: "The request is not valid. The error names the field, its fault and what is accepted.",
  UNAUTHORIZED: "The credentials are missing or not valid.",
  FORBIDDEN: "The caller's role does not permit this.",
  NOT_FOUND: "Not found.",
  CONFLICT: "The resource already exists, or its current state does not allow this.",
  PAYLOAD_TOO_LARGE: "The body is too large. The error names the limit.",
  RATE_LIMIT_EXCEEDED: "Too many requests. `Retry-After` is the number of seconds to wait.",
  INTERNAL_ERROR: "An internal error. The server's log holds its cause under the response's `X-Request-Id`.",
  SERVICE_UNAVAILABLE: "A provider failed or is not configured, or the server is busy or stopping.",
};
