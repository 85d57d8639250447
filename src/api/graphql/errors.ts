import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { type ErrorCode, STATUS_OF } from "../../base/errors.ts";
import type { Log } from "../../telemetry/log.ts";
import { logFailure, toPublicError } from "../middleware/errors.ts";
import { contextOf, type RequestContext } from "../middleware/request-context.ts";
import { errorToGraphql } from "./names.ts";

/** Returns what a resolver threw, or undefined if GraphQL itself rejected the query. */
function thrownByResolver({ originalError }: GraphQLError): Error | undefined {
  return originalError instanceof GraphQLError
    ? thrownByResolver(originalError)
    : (originalError ?? undefined);
}

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(STATUS_OF, code);

function toPublicGraphqlError(error: GraphQLError, context: RequestContext, log: Log) {
  const thrown = thrownByResolver(error);
  if (!thrown) {
    const code = isErrorCode(error.extensions.code) ? error.extensions.code : "BAD_REQUEST";
    return { code, message: error.message, details: {} };
  }
  const publicError = errorToGraphql(toPublicError(thrown, undefined, context));
  logFailure(log, publicError, { thrown, request_id: context.request_id });
  return publicError;
}

/** Turns every error into a GraphQL error with the API's codes, and hides the message of an internal error. */
export const publicErrors = (log: Log): Plugin => ({
  onResultProcess({ request, result, setResult }) {
    if (!("errors" in result) || !result.errors) return;
    const context = contextOf(request);
    const errors = result.errors.map((error) => {
      const { code, message, details } = toPublicGraphqlError(error, context, log);
      const { nodes = null, source = null, positions = null, path = null } = error;
      const extensions = { ...error.extensions, code, details, request_id: context.request_id };
      return new GraphQLError(message, { nodes, source, positions, path, extensions });
    });
    setResult({ ...result, errors });
  },
});
