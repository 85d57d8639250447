import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { nearest } from "./nearest.ts";

/** One thing wrong with one field. `field` is a dotted path, empty for the value as a whole. */
export interface Fault {
  field: string;
  fault: string;
  /** What would have been taken, where that can be listed. */
  accepted?: unknown[];
  /** The accepted name that was probably meant. */
  suggestion?: string;
}

const NAME_SHOWN = 200;

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

const fieldOf = (pointer: string): string =>
  pointer.split("/").slice(1).map(unescaped).join(".").slice(0, NAME_SHOWN);

const WANTED: Readonly<Record<string, string>> = {
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
  return WANTED[schema.type] ?? "of another kind";
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return (Array.isArray(value) ? WANTED.array : WANTED[typeof value]) ?? "nothing";
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

/** What is said of each kind of fault; of those not listed, that the value is of the wrong kind. */
const WORDS: Partial<Record<ValueErrorType, (error: ValueError) => string>> = {
  [ValueErrorType.ObjectRequiredProperty]: () => "is required",
  [ValueErrorType.ObjectAdditionalProperties]: () => "is not a known field",
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
  [ValueErrorType.ArrayUniqueItems]: () => "must not hold the same item twice",
  [ValueErrorType.IntegerMinimum]: atLeast,
  [ValueErrorType.IntegerMaximum]: atMost,
  [ValueErrorType.NumberMinimum]: atLeast,
  [ValueErrorType.NumberExclusiveMinimum]: ({ schema }) => `must be above ${schema.exclusiveMinimum}`,
  [ValueErrorType.NumberMaximum]: atMost,
};

/** The values a schema would take, where they can be listed. */
function acceptedBy(schema: TSchema): unknown[] | undefined {
  const constants = (schema.anyOf as TSchema[] | undefined)?.map((option) => option.const);
  if (constants?.every((constant) => constant !== undefined)) return constants;
  return schema.const === undefined ? undefined : [schema.const];
}

/** What is wrong with the value for each option of a union; the options of a union within it are its own. */
const optionsOf = (union: ValueError): ValueError[][] =>
  union.errors.flatMap((errors) => {
    const found = [...errors];
    const [first] = found;
    return first?.type === ValueErrorType.Union && first.path === union.path ? optionsOf(first) : [found];
  });

/** Whether it is a field of the value itself that tells the options apart, such as `type`. */
const isMark =
  ({ path }: ValueError) =>
  (error: ValueError): boolean =>
    error.schema.const !== undefined && error.path.lastIndexOf("/") === path.length;

/** The fault of a mark that fits no option, with the marks of all. */
function wrongMark(marks: readonly ValueError[]): ValueError | undefined {
  const [first] = marks;
  if (!first || marks.some(({ path }) => path !== first.path)) return undefined;
  return { ...first, schema: { ...first.schema, anyOf: marks.map(({ schema }) => schema) } };
}

/** The innermost fault of the option of a union that the value was meant for; of no option, the union's own. */
function meant(error: ValueError): ValueError {
  if (error.type !== ValueErrorType.Union) return error;
  const near = optionsOf(error).filter(
    ([first]) => first && (first.path !== error.path || WORDS[first.type] !== undefined),
  );
  const isOwnMark = isMark(error);
  const [unmarked] = near.find((errors) => !errors.some(isOwnMark)) ?? [];
  if (unmarked) return meant(unmarked);
  const marks = near.flatMap((errors) => errors.find(isOwnMark) ?? []);
  return wrongMark(marks) ?? error;
}

function suggestionFor(wanted: unknown, accepted: readonly unknown[]): string | undefined {
  const names = accepted.filter((name) => typeof name === "string");
  return typeof wanted === "string" ? nearest(wanted, names) : undefined;
}

function withAccepted(field: string, fault: string, wanted: unknown, accepted: unknown[]): Fault {
  const suggestion = suggestionFor(wanted, accepted);
  if (suggestion === undefined) return { field, fault, accepted };
  return { field, fault: `${fault}; did you mean '${suggestion}'?`, accepted, suggestion };
}

/** A validator's finding in the words of our 400s. */
export function toFault(found: ValueError): Fault {
  const error = meant(found);
  const field = fieldOf(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const known = Object.keys(error.schema.properties ?? {});
    return withAccepted(field, "is not a known field", field.split(".").at(-1), known);
  }
  const fault = (WORDS[error.type] ?? wrongKind)(error);
  const accepted = error.value === undefined ? undefined : acceptedBy(error.schema);
  return accepted
    ? withAccepted(field, `must be one of ${accepted.join(", ")}`, error.value, accepted)
    : { field, fault };
}
