import { GraphQLError, type ValidationRule } from "graphql";
import type { Plugin } from "graphql-yoga";
import { contextOf } from "../middleware/request-context.ts";

const INTROSPECTION = new Set(["__schema", "__type"]);

/** A validation rule that refuses every field of introspection. `__typename` is none: clients add it to any query. */
const refuseIntrospection: ValidationRule = (context) => ({
  Field(node) {
    if (!INTROSPECTION.has(node.name.value)) return;
    const message = `${node.name.value}: introspection needs authentication. Send 'Authorization: Bearer <token>' or 'X-API-Key: <key>'.`;
    context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: "UNAUTHORIZED" } }));
  },
});

/** Returns the error without the names that GraphQL suggests, which would reveal the schema piece by piece. */
function withoutSuggestion(error: Error): Error {
  if (!(error instanceof GraphQLError)) return error;
  const { nodes = null, source = null, positions = null, extensions } = error;
  const message = error.message.replace(/ Did you mean .+\?$/s, "");
  return new GraphQLError(message, { nodes, source, positions, extensions });
}

/** Shows the schema only to callers that are known. */
export const introspectionForKnown = (): Plugin<{ request: Request }> => ({
  onValidate({ addValidationRule, context }) {
    if (contextOf(context.request).caller.role !== null) return;
    addValidationRule(refuseIntrospection);
    return ({ valid, result, setResult }) => {
      if (!valid) setResult(result.map((error: Error) => withoutSuggestion(error)));
    };
  },
});
