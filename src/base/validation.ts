import type { Static, TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { ValueError } from "@sinclair/typebox/errors";
import { AppError } from "./errors.ts";
import { type Fault, toFault } from "./fault.ts";

export type { Fault } from "./fault.ts";

const FAULTS_SHOWN = 10;

/** Returns at most ten faults, and only the first of each field: TypeBox reports a missing field twice. */
export function faultsOf(errors: Iterable<ValueError>): Fault[] {
  const byField = new Map<string, Fault>();
  for (const error of errors) {
    const fault = toFault(error);
    if (!byField.has(fault.field)) byField.set(fault.field, fault);
    if (byField.size >= FAULTS_SHOWN) break;
  }
  return [...byField.values()];
}

/** Returns the 400 for these faults. REST, GraphQL and WebSocket all use this wording. */
export function validationError(faults: readonly Fault[]): AppError {
  const [first = { field: "body", fault: "is not valid" }] = faults;
  const details = faults.length > 1 ? { ...first, faults } : { ...first };
  return new AppError("BAD_REQUEST", `${first.field || "body"}: ${first.fault}`, details);
}

/** Returns a function that says whether a value fits the schema. The schema is compiled on first use. */
export function isValid<Schema extends TSchema>(schema: Schema): (value: unknown) => value is Static<Schema> {
  let compiled: ReturnType<typeof TypeCompiler.Compile<Schema>> | undefined;
  return (value): value is Static<Schema> => {
    compiled ??= TypeCompiler.Compile(schema);
    return compiled.Check(value);
  };
}

/**
 * Returns a function that checks a value from outside against the schema. It returns the value with its static type,
 * or throws BAD_REQUEST listing the faults. The schema is compiled on first use.
 */
export function validator<Schema extends TSchema>(schema: Schema): (value: unknown) => Static<Schema> {
  let compiled: ReturnType<typeof TypeCompiler.Compile<Schema>> | undefined;
  return (value) => {
    compiled ??= TypeCompiler.Compile(schema);
    if (compiled.Check(value)) return value as Static<Schema>;
    throw validationError(faultsOf(compiled.Errors(value)));
  };
}
