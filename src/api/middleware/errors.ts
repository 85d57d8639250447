import { Elysia, ValidationError } from "elysia";
import { AppError } from "../../base/errors.ts";
import { faultsOf, validationError } from "../../base/validation.ts";
import type { Log } from "../../telemetry/log.ts";
import { openAiError, openAiStatus, speaksOpenAi } from "./openai-error.ts";
import { refusalOf } from "./rate-limit.ts";
import { contextOf, type RequestContext } from "./request-context.ts";

/** Returns an error in the REST envelope. A 429 has its `retry_after` inside `error`. */
export function envelope({ code, message, details }: AppError, request_id: string) {
  const retry_after = code === "RATE_LIMIT_EXCEEDED" ? { retry_after: details.retry_after } : {};
  // A validator reports a fault of the whole value under an empty name. Here the whole value is the body.
  const field = details.field === "" ? { field: "body" } : {};
  return {
    error: { code, message, ...retry_after, details: { ...details, ...field } },
    request_id,
    timestamp: new Date().toISOString(),
  };
}

const INTERNAL = () =>
  new AppError("INTERNAL_ERROR", "The server failed. Its log holds the cause under this request_id.");

/**
 * Returns the error that the caller may see. A thrown error that is no AppError becomes INTERNAL_ERROR, and its message
 * stays hidden. So does a *response* that fails Elysia's validation: that is a fault of the server.
 */
export function toPublicError(error: unknown, code: unknown, { path }: RequestContext): AppError {
  if (error instanceof AppError) return error;
  // The query builder wraps what the database threw.
  if (error instanceof Error && error.cause instanceof AppError) return error.cause;
  if (error instanceof ValidationError && error.type !== "response" && "Errors" in error.validator) {
    return validationError(faultsOf(error.validator.Errors(error.value)));
  }
  if (code === "NOT_FOUND")
    return new AppError("NOT_FOUND", `No route for this method at ${path.slice(0, 200)}.`);
  return INTERNAL();
}

const retryAfter = ({ details }: AppError): Record<string, string> =>
  typeof details.retry_after === "number" ? { "retry-after": String(details.retry_after) } : {};

/** Returns the status and the body that the caller's client expects. */
const answerOf = (error: AppError, { path, request_id }: RequestContext) =>
  speaksOpenAi(path)
    ? { status: openAiStatus(error), body: openAiError(error) }
    : { status: error.status, body: envelope(error, request_id) };

interface Failure {
  thrown: unknown;
  request_id: string;
}

/** Logs an error whose status is 500 or more, with the cause that the caller does not see. */
export function logFailure(log: Log, publicError: AppError, { thrown, request_id }: Failure): void {
  if (publicError.status < 500) return;
  // A caller that disconnects is no failure of the server.
  const level = publicError.details.reason === "cancelled" ? "info" : "error";
  log[level]({ err: publicError.cause ?? thrown, code: publicError.code, request_id }, publicError.message);
}

/**
 * Turns every error into a response. It returns a complete Response, because Elysia changes the status of anything
 * else.
 */
export const errors = (log: Log) =>
  new Elysia({ name: "errors" })
    .onError(({ error, code, request, set }) => {
      const context = contextOf(request);
      const publicError = refusalOf(context) ?? toPublicError(error, code, context);
      logFailure(log, publicError, { thrown: error, request_id: context.request_id });
      const { status, body } = answerOf(publicError, context);
      set.status = status;
      const headers = { "content-type": "application/json; charset=utf-8", ...retryAfter(publicError) };
      return new Response(JSON.stringify(body), { status, headers });
    })
    .as("global");
