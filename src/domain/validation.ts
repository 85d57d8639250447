import type { Static, TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { AppError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** One thing wrong with one field. `field` is a dotted path, empty for the body as a whole. */
export interface Fault {
  field: string;
  fault: string;
  accepted?: unknown;
}

const FAULTS_SHOWN = 10;

const pathOf = (pointer: string): string => pointer.split("/").slice(1).join(".");

/** The values a schema would take, where they can be listed. */
function acceptedBy(schema: TSchema): unknown {
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum;
  const constants = (schema.anyOf as TSchema[] | undefined)?.map((option) => option.const);
  return constants?.every((constant) => constant !== undefined) ? constants : undefined;
}

function describe(error: ValueError): string {
  const { schema, value } = error;
  switch (error.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return "is required";
    case ValueErrorType.ObjectAdditionalProperties:
      return "is not a known field";
    case ValueErrorType.StringMinLength:
      return schema.minLength === 1
        ? "must not be empty"
        : `must have at least ${schema.minLength} characters`;
    case ValueErrorType.StringMaxLength:
      return `must have at most ${schema.maxLength} characters, has ${String(value).length}`;
    case ValueErrorType.StringPattern:
    case ValueErrorType.StringFormat:
      return schema.description
        ? `must be ${schema.description}`
        : `must match ${schema.pattern ?? schema.format}`;
    case ValueErrorType.ArrayMinItems:
      return `must have at least ${schema.minItems} item(s)`;
    case ValueErrorType.ArrayMaxItems:
      return `must have at most ${schema.maxItems} items, has ${(value as unknown[]).length}`;
    default:
      return error.message.replace(/^Expected/, "expected");
  }
}

function toFault(error: ValueError): Fault {
  const field = pathOf(error.path);
  const accepted = acceptedBy(error.schema);
  const fault = accepted ? `must be one of ${(accepted as unknown[]).join(", ")}` : describe(error);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const known = Object.keys(error.schema.properties ?? {});
    const suggestion = nearest(field.split(".").at(-1) ?? "", known);
    return { field, fault: suggestion ? `${fault}; did you mean '${suggestion}'?` : fault, accepted: known };
  }
  return accepted ? { field, fault, accepted } : { field, fault };
}

/** At most ten faults, the first of each field: TypeBox reports a missing field twice. */
export function faultsOf(errors: Iterable<ValueError>): Fault[] {
  const byField = new Map<string, Fault>();
  for (const error of errors) {
    const field = pathOf(error.path);
    if (!byField.has(field)) byField.set(field, toFault(error));
    if (byField.size >= FAULTS_SHOWN) break;
  }
  return [...byField.values()];
}

/** The one wording of a validation failure, for every face. */
export function validationError(faults: readonly Fault[]): AppError {
  const [first = { field: "body", fault: "is not valid" }] = faults;
  const details = faults.length > 1 ? { ...first, faults } : { ...first };
  return new AppError("BAD_REQUEST", `${first.field || "body"}: ${first.fault}`, details);
}

/**
 * A checker for values that do not come through a REST route (GraphQL input, WebSocket messages, files).
 * Answers the value typed; throws BAD_REQUEST naming the faults. Compiles the schema on first use.
 */
export function validator<Schema extends TSchema>(schema: Schema): (value: unknown) => Static<Schema> {
  let compiled: ReturnType<typeof TypeCompiler.Compile<Schema>> | undefined;
  return (value) => {
    compiled ??= TypeCompiler.Compile(schema);
    if (compiled.Check(value)) return value as Static<Schema>;
    throw validationError(faultsOf(compiled.Errors(value)));
  };
}
