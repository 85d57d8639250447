import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { UNKNOWN_FIELD } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** One fault of one field. `field` is a dotted path; it is empty for the value as a whole. */
export interface Fault {
  field: string;
  fault: string;
  /** The accepted values or field names, if they can be listed. */
  accepted?: unknown[];
  /** The accepted name that the caller probably meant. */
  suggestion?: string;
}

const NAME_SHOWN = 200;

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** Turns a JSON pointer into a dotted path: `/samples/3/input` becomes `samples.3.input`. */
const fieldOf = (pointer: string): string =>
  pointer.split("/").slice(1).map(unescaped).join(".").slice(0, NAME_SHOWN);

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

function wantedBy(schema: TSchema): string {
  const options: TSchema[] | undefined = schema.anyOf;
  if (options) return [...new Set(options.map(wantedBy))].join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return TYPE_WORDS[schema.type] ?? "of another type";
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return "a boolean";
  return (Array.isArray(value) ? TYPE_WORDS.array : TYPE_WORDS[typeof value]) ?? "undefined";
}

function wrongKind({ schema, value }: ValueError): string {
  if (value === undefined) return "is required";
  if (typeof value !== "number") return `must be ${wantedBy(schema)}, not ${kindOf(value)}`;
  if (schema.type === "number") return "must be a finite number";
  return schema.type === "integer" ? "must be a whole number" : `must be ${wantedBy(schema)}, not a number`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
const atLeast = ({ schema }: ValueError): string => `must be at least ${schema.minimum}`;
const atMost = ({ schema }: ValueError): string => `must be at most ${schema.maximum}`;
const wrongForm = ({ schema }: ValueError): string =>
  `must be ${schema.description ?? `in the form ${schema.pattern ?? schema.format}`}`;

const lengthOf = (value: unknown): number =>
  typeof value === "string" || Array.isArray(value) ? value.length : 0;

/**
 * The wording of each kind of fault. To reword a kind or to add one, edit this table. For a kind that is not listed, the
 * value has the wrong type: see `wrongKind`.
 */
const WORDS: Partial<Record<ValueErrorType, (error: ValueError) => string>> = {
  [ValueErrorType.ObjectRequiredProperty]: () => "is required",
  [ValueErrorType.ObjectAdditionalProperties]: () => UNKNOWN_FIELD,
  [ValueErrorType.ObjectMinProperties]: ({ schema }) =>
    `must have at least ${count(schema.minProperties, "field")}`,
  [ValueErrorType.StringMinLength]: ({ schema }) =>
    schema.minLength === 1 ? "must not be empty" : `must have at least ${schema.minLength} characters`,
  [ValueErrorType.StringMaxLength]: ({ schema, value }) =>
    `must have at most ${schema.maxLength} characters, has ${lengthOf(value)}`,
  [ValueErrorType.StringPattern]: wrongForm,
  [ValueErrorType.StringFormat]: wrongForm,
  [ValueErrorType.ArrayMinItems]: ({ schema }) => `must have at least ${count(schema.minItems, "item")}`,
  [ValueErrorType.ArrayMaxItems]: ({ schema, value }) =>
    `must have at most ${count(schema.maxItems, "item")}, has ${lengthOf(value)}`,
  [ValueErrorType.ArrayUniqueItems]: () => "must not contain the same item twice",
  [ValueErrorType.IntegerMinimum]: atLeast,
  [ValueErrorType.IntegerMaximum]: atMost,
  [ValueErrorType.NumberMinimum]: atLeast,
  [ValueErrorType.NumberExclusiveMinimum]: ({ schema }) => `must be above ${schema.exclusiveMinimum}`,
  [ValueErrorType.NumberMaximum]: atMost,
};

/** Returns the values that a schema accepts, if it is a literal or a union of literals. */
function acceptedBy(schema: TSchema): unknown[] | undefined {
  const constants = (schema.anyOf as TSchema[] | undefined)?.map((option) => option.const);
  if (constants?.every((constant) => constant !== undefined)) return constants;
  return schema.const === undefined ? undefined : [schema.const];
}

/**
 * Lists a value's faults against each option of a union. The options of a nested union count as options of the outer
 * one: `Nullable(Union([Circle, Square]))` gives three lists, for Circle, for Square and for null.
 */
const faultsByOption = (union: ValueError): ValueError[][] =>
  union.errors.flatMap((errors) => {
    const faults = [...errors];
    const [first] = faults;
    const isNestedUnion = first?.type === ValueErrorType.Union && first.path === union.path;
    return isNestedUnion ? faultsByOption(first) : [faults];
  });

/** Whether the value has the option's type: its first fault is about a field, an item or the size of the value. */
const hasTypeOfOption = (union: ValueError, [first]: readonly ValueError[]): boolean =>
  first !== undefined && (first.path !== union.path || WORDS[first.type] !== undefined);

/** Whether the fault is in a literal field of the value itself, such as `kind` in `{ kind: "circle", radius: 1 }`. */
const isDiscriminator = (union: ValueError, { path, schema }: ValueError): boolean =>
  schema.const !== undefined && path.slice(0, path.lastIndexOf("/")) === union.path;

/** Joins the discriminator faults of all options into one, whose schema accepts the literals of all of them. */
function joinDiscriminators(faults: readonly ValueError[]): ValueError | undefined {
  const [first] = faults;
  if (!first || faults.some(({ path }) => path !== first.path)) return undefined;
  return { ...first, schema: { ...first.schema, anyOf: faults.map(({ schema }) => schema) } };
}

/**
 * Returns the fault that helps the caller most. For a union this is a fault of the option that the value was meant
 * for. With the options `{ kind: "circle", radius: number }` and `{ kind: "square", side: number }`:
 *
 * - `{ kind: "circle" }` is meant as a circle: `radius` is required
 * - `{ kind: "cube" }` has no option's discriminator: `kind` must be one of circle, square
 * - `"circle"` has no option's type: the value itself must be an object, not a string
 */
function mostHelpful(error: ValueError): ValueError {
  if (error.type !== ValueErrorType.Union) return error;
  const candidates = faultsByOption(error).filter((faults) => hasTypeOfOption(error, faults));
  const [fault] = candidates.find((faults) => !faults.some((each) => isDiscriminator(error, each))) ?? [];
  if (fault) return mostHelpful(fault);
  const discriminators = candidates.flatMap(
    (faults) => faults.find((each) => isDiscriminator(error, each)) ?? [],
  );
  return joinDiscriminators(discriminators) ?? error;
}

function suggestionFor(wanted: unknown, accepted: readonly unknown[]): string | undefined {
  const names = accepted.filter((name) => typeof name === "string");
  return typeof wanted === "string" ? nearest(wanted, names) : undefined;
}

/** Adds the accepted values to a fault, and the one nearest to `wanted` as a suggestion. */
function withAccepted({ field, fault }: Fault, wanted: unknown, accepted: unknown[]): Fault {
  const suggestion = suggestionFor(wanted, accepted);
  if (suggestion === undefined) return { field, fault, accepted };
  return { field, fault: `${fault}; did you mean '${suggestion}'?`, accepted, suggestion };
}

/** Returns a TypeBox error as a fault in the words of our 400s. */
export function toFault(reported: ValueError): Fault {
  const error = mostHelpful(reported);
  const field = fieldOf(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const known = Object.keys(error.schema.properties ?? {});
    return withAccepted({ field, fault: UNKNOWN_FIELD }, field.split(".").at(-1), known);
  }
  const fault = (WORDS[error.type] ?? wrongKind)(error);
  const accepted = error.value === undefined ? undefined : acceptedBy(error.schema);
  return accepted
    ? withAccepted({ field, fault: `must be one of ${accepted.join(", ")}` }, error.value, accepted)
    : { field, fault };
}
