import { AppError } from "../../base/errors.ts";
import type { Fault } from "../../base/validation.ts";

/** Names are camelCase in GraphQL and snake_case everywhere else. Only this file translates them. */
const camelName = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snakeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Returns an object with camelCase names. Translates one level. */
export const toGraphql = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [camelName(name), field]));

const isInput = (field: unknown): field is object =>
  typeof field === "object" && field !== null && !Array.isArray(field);

/** Returns a GraphQL input with snake_case names, without its nulls: in GraphQL, null means that a field is absent. */
export const fromGraphql = (input: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [snakeName(name), isInput(field) ? fromGraphql(field) : field]),
  );

const renamed = <Named extends { field: string }>(fault: Named): Named => ({
  ...fault,
  field: camelName(fault.field),
});

/** Returns the error with its fields named as in the GraphQL input. */
export function errorToGraphql(error: AppError): AppError {
  const { field, faults } = error.details;
  if (typeof field !== "string") return error;
  const isNamed = error.message.startsWith(`${field}: `);
  const message = isNamed ? camelName(field) + error.message.slice(field.length) : error.message;
  const others = Array.isArray(faults) ? { faults: (faults as Fault[]).map(renamed) } : {};
  return new AppError(
    error.code,
    message,
    { ...renamed({ ...error.details, field }), ...others },
    { cause: error.cause },
  );
}
