import type { Static, TSchema } from "@sinclair/typebox";
import { AppError } from "../../base/errors.ts";
import { refuseUnsafeJson } from "../../base/json.ts";
import { validator } from "../../base/validation.ts";
import type { Caller } from "../../domain/permissions.ts";
import { fromGraphql } from "./names.ts";

export interface GraphqlContext {
  caller: Caller;
  request: Request;
}

export type Resolver<Arguments> = (parent: unknown, given: Arguments, context: GraphqlContext) => unknown;

/** Reads an input as REST reads its body. What is written out in a query has not been through the body's parser. */
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
