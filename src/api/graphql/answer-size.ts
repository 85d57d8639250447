import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { badField } from "../../base/errors.ts";
import { ANSWER_BYTES_MAX, LISTED_BYTES_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../../domain/page.ts";

/** The size of a short value in an answer, in bytes. */
const SHORT_BYTES = 100;
/** The most metrics of an evaluation. Their texts of one kind are one field of the evaluation, and so are short together. */
const METRICS_MAX = 32;
const METRIC_TEXT_BYTES = LISTED_BYTES_MAX / METRICS_MAX;
/** How many plugins are assumed to be installed: their list has no pages. */
const PLUGINS_ASSUMED = 1_000;

/** The sizes of values that may be longer, in bytes. */
const FIELD_BYTES: Readonly<Record<string, number>> = {
  input: LISTED_BYTES_MAX,
  output: LISTED_BYTES_MAX,
  expected: LISTED_BYTES_MAX,
  context: LISTED_BYTES_MAX,
  reason: METRIC_TEXT_BYTES,
  note: METRIC_TEXT_BYTES,
  explanation: METRIC_TEXT_BYTES,
};

/** What the sizes of a document depend on beside its fields. */
interface Measured {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
  /** The sizes of the fragments that were measured already: a fragment may be used in many places. */
  known: Map<string, number>;
}

/** Returns the most items of a page: the number in the query or in its variable, else the largest page. */
function pageSizeOf({ arguments: given = [] }: FieldNode, variables: Measured["variables"]): number {
  const value = given.find(({ name }) => name.value === "pageSize")?.value;
  if (!value) return PAGE_SIZE_DEFAULT;
  const size = value.kind === Kind.VARIABLE ? variables[value.name.value] : "value" in value && value.value;
  const rows = Number(size ?? PAGE_SIZE_DEFAULT);
  return rows >= 1 && rows <= PAGE_SIZE_MAX ? rows : PAGE_SIZE_MAX;
}

/** Returns how many items a field's selection is answered for. */
function rowsOf(field: FieldNode, { variables }: Measured): number {
  const { value: name } = field.name;
  if (name === "evaluations") return pageSizeOf(field, variables);
  if (name === "metrics") return METRICS_MAX;
  return name === "plugins" ? PLUGINS_ASSUMED : 1;
}

function sizeOfField(field: FieldNode, measured: Measured): number {
  // The name of the field stands in the answer once per item, and an alias may be long.
  const name = (field.alias ?? field.name).value.length;
  if (field.name.value.startsWith("__")) return name;
  if (!field.selectionSet) return name + (FIELD_BYTES[field.name.value] ?? SHORT_BYTES);
  return name + rowsOf(field, measured) * sizeOfSelection(field.selectionSet, measured);
}

function sizeOfFragment(name: string, measured: Measured): number {
  const known = measured.known.get(name);
  const fragment = measured.fragments.get(name);
  if (known !== undefined || !fragment) return known ?? 0;
  const size = sizeOfSelection(fragment.selectionSet, measured);
  measured.known.set(name, size);
  return size;
}

function sizeOfSelection({ selections }: SelectionSetNode, measured: Measured): number {
  return selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + sizeOfField(selection, measured);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return sum + sizeOfSelection(selection.selectionSet, measured);
    return sum + sizeOfFragment(selection.name.value, measured);
  }, 0);
}

/**
 * Returns the most bytes that a valid operation may answer: items times the sizes of their fields. Whole records are
 * counted like those of lists; while the query runs, `QueryBudget` counts the rest.
 */
export function answerSizeOf(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  operation?: string | null,
): number {
  const chosen = getOperationAST(document, operation);
  if (!chosen) return 0;
  const fragments = new Map(
    document.definitions.flatMap((part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part] as const] : [],
    ),
  );
  return sizeOfSelection(chosen.selectionSet, { fragments, variables, known: new Map() });
}

const formatted = (bytes: number): string => Math.ceil(bytes).toLocaleString("en");

function tooLarge(bytes: number): GraphQLError {
  const fault = `may have an answer of ${formatted(bytes)} bytes; at most ${formatted(ANSWER_BYTES_MAX)} are sent. Ask for fewer items by pageSize, for fewer fields, or in several requests`;
  const originalError = badField("query", fault, { maximum_bytes: ANSWER_BYTES_MAX });
  return new GraphQLError(originalError.message, { originalError });
}

/** Refuses a query before it runs if its answer may exceed the limit. */
export const boundedAnswers: Plugin = {
  onExecute({ args: { document, variableValues, operationName }, setResultAndStopExecution }) {
    const bytes = answerSizeOf(document, variableValues ?? {}, operationName);
    if (bytes > ANSWER_BYTES_MAX) setResultAndStopExecution({ errors: [tooLarge(bytes)] });
  },
};
