import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { type ErrorCode, STATUS_OF } from "../../base/errors.ts";
import type { Log } from "../../telemetry/log.ts";
import { toPublicError } from "../middleware/errors.ts";
import { contextOf, type RequestContext } from "../middleware/request-context.ts";
import { errorToGraphql } from "./names.ts";

/** What a resolver threw; undefined where GraphQL itself refused the query. */
function thrownBehind({ originalError }: GraphQLError): Error | undefined {
  return originalError instanceof GraphQLError ? thrownBehind(originalError) : (originalError ?? undefined);
}

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(STATUS_OF, code);

function describe(error: GraphQLError, context: RequestContext, log: Log) {
  const thrown = thrownBehind(error);
  if (!thrown) {
    const code = isErrorCode(error.extensions.code) ? error.extensions.code : "BAD_REQUEST";
    return { code, message: error.message, details: {} };
  }
  const shown = errorToGraphql(toPublicError(thrown, undefined, context));
  if (shown.status >= 500) {
    log.error(
      { err: shown.cause ?? thrown, code: shown.code, request_id: context.request_id },
      shown.message,
    );
  }
  return shown;
}

/** The one place where errors become GraphQL's: the document's codes, and nothing of our insides. */
export const publicErrors = (log: Log): Plugin => ({
  onResultProcess({ request, result, setResult }) {
    if (!("errors" in result) || !result.errors) return;
    const context = contextOf(request);
    const errors = result.errors.map((error) => {
      const { code, message, details } = describe(error, context, log);
      const { nodes = null, source = null, positions = null, path = null } = error;
      const extensions = { ...error.extensions, code, details, request_id: context.request_id };
      return new GraphQLError(message, { nodes, source, positions, path, extensions });
    });
    setResult({ ...result, errors });
  },
});
