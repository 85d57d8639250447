import { Elysia, ValidationError } from "elysia";
import { AppError } from "../../base/errors.ts";
import { faultsOf, validationError } from "../../base/validation.ts";
import type { Log } from "../../telemetry/log.ts";
import { openAiError, speaksOpenAi } from "./openai-error.ts";
import { refusalOf } from "./rate-limit.ts";
import { contextOf, type RequestContext } from "./request-context.ts";

/** The document's envelope. A 429 carries `retry_after` inside `error`, where the document shows it. */
export function envelope({ code, message, details }: AppError, request_id: string) {
  const retry_after = code === "RATE_LIMIT_EXCEEDED" ? { retry_after: details.retry_after } : {};
  // To a validator the value as a whole has no name; here it is the body.
  const field = details.field === "" ? { field: "body" } : {};
  return {
    error: { code, message, ...retry_after, details: { ...details, ...field } },
    request_id,
    timestamp: new Date().toISOString(),
  };
}

const INTERNAL = () =>
  new AppError("INTERNAL_ERROR", "Something went wrong on our side. The log knows more by the request_id.");

/**
 * Whatever was thrown, as the error that the caller may see. Elysia's validation of a *response* is our fault,
 * not the caller's; anything not ours is an internal error whose inside stays inside.
 */
export function toPublicError(error: unknown, code: unknown, { path }: RequestContext): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ValidationError && error.type !== "response" && "Errors" in error.validator) {
    return validationError(faultsOf(error.validator.Errors(error.value)));
  }
  if (code === "NOT_FOUND")
    return new AppError("NOT_FOUND", `There is nothing at ${path.slice(0, 200)} for this method.`);
  return INTERNAL();
}

const retryAfter = ({ details }: AppError): Record<string, string> =>
  typeof details.retry_after === "number" ? { "retry-after": String(details.retry_after) } : {};

/** In the shape that the caller's client knows. */
const bodyOf = (error: AppError, { path, request_id }: RequestContext) =>
  speaksOpenAi(path) ? openAiError(error) : envelope(error, request_id);

/** What failed on our side of the caller is worth a line, with what the caller is not shown. */
export function logFailure(log: Log, shown: AppError, thrown: unknown, { request_id }: RequestContext): void {
  if (shown.status < 500) return;
  // A caller who leaves is no failure of ours.
  const level = shown.details.reason === "cancelled" ? "info" : "error";
  log[level]({ err: shown.cause ?? thrown, code: shown.code, request_id }, shown.message);
}

/** The one place where errors become responses. It returns a whole Response: Elysia rewrites anything less. */
export const errors = (log: Log) =>
  new Elysia({ name: "errors" })
    .onError(({ error, code, request, set }) => {
      const context = contextOf(request);
      const shown = refusalOf(context) ?? toPublicError(error, code, context);
      logFailure(log, shown, error, context);
      set.status = shown.status;
      const headers = { "content-type": "application/json; charset=utf-8", ...retryAfter(shown) };
      return new Response(JSON.stringify(bodyOf(shown, context)), {
        status: shown.status,
        headers,
      });
    })
    .as("global");
