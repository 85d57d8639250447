import type { Static, TSchema } from "@sinclair/typebox";
import { AppError } from "../../base/errors.ts";
import { refuseUnsafeJson } from "../../base/json/json.ts";
import { validator } from "../../base/validation.ts";
import type { Caller } from "../../domain/permissions.ts";
import { fromGraphql } from "./names.ts";
import type { QueryBudget } from "./query-budget.ts";

export interface GraphqlContext {
  caller: Caller;
  request: Request;
  budget: QueryBudget;
}

export type Resolver<Arguments> = (
  parent: unknown,
  fieldArguments: Arguments,
  context: GraphqlContext,
) => unknown;

/** Creates a reader that checks an input as REST checks a body. Literals in a query bypass the body's JSON parser. */
export function reader<Schema extends TSchema>(schema: Schema): (input: object) => Static<Schema> {
  const read = validator(schema);
  return (input) => {
    const request = fromGraphql(input);
    refuseUnsafeJson(request);
    return read(request);
  };
}

export const nullIfNotFound = (error: unknown): null => {
  if (error instanceof AppError && error.code === "NOT_FOUND") return null;
  throw error;
};
