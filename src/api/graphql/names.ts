import { AppError } from "../../base/errors.ts";
import type { Fault } from "../../base/validation.ts";

/** GraphQL's names are camelCase, everybody else's snake_case: they are translated here alone. */
const camelName = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snakeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object of ours under GraphQL's names. Goes one level deep. */
export const toGraphql = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [camelName(name), field]));

const isInput = (field: unknown): field is object =>
  typeof field === "object" && field !== null && !Array.isArray(field);

/** A GraphQL input under our names. GraphQL writes `null` for what is left out, our schemas leave it out. */
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

/** An error that names a field, naming it as it stands in the GraphQL input. */
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
