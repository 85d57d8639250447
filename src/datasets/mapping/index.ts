import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type AppError, badField } from "../../base/errors.ts";
import { yieldToEventLoop } from "../../base/event-loop.ts";
import { unknownName } from "../../base/nearest.ts";
import { faultsOf } from "../../base/validation.ts";
import {
  type ColumnMapping,
  type ExpectedForm,
  SAMPLE_COLUMNS,
  type Sample,
  SampleInput,
} from "../../domain/dataset.ts";
import { fileFault, type Row, type Rows } from "../sources/row.ts";
import { createCells } from "./cells.ts";
import { createSampleBuilder, type Locator } from "./samples.ts";

type Part = (typeof SAMPLE_COLUMNS)[number];

/** Samples that are added before others may have a turn. */
const ADDED_AT_ONCE = 1_000;

/** Without a mapping, a file's columns have the names of a sample's parts; only `input` is required. */
const OWN_NAMES: ColumnMapping & Record<Part, string> = {
  id: "id",
  input: "input",
  choices: "choices",
  expected: "expected",
  context: "context",
  group: "group",
};

const sampleInput = TypeCompiler.Compile(SampleInput);
/** Faults for which the schema would only report a failed union. */
const LIMITS: Record<string, string> = {
  id: "must have 1 to 200 characters",
  expected: "must have 1 to 100 references",
  context: "must have at most 1000 passages",
};

/** Returns the columns that a mapping reads, or a file without one; no others are needed. */
export const columnsOf = (mapping: ColumnMapping = OWN_NAMES): string[] =>
  SAMPLE_COLUMNS.flatMap((part) => mapping[part] ?? []);

function missingInput(columns: readonly string[]): AppError {
  const { accepted, suggestion } = unknownName("mapping", "column", "input", { known: columns }).details;
  return badField("mapping", "is required, because the file has no column 'input'", { accepted, suggestion });
}

function checkColumns(mapping: ColumnMapping | undefined, columns: ReadonlySet<string>): void {
  const known = [...columns].map((column) => column.slice(0, 200));
  if (!mapping && !columns.has(OWN_NAMES.input)) throw missingInput(known);
  for (const part of mapping ? SAMPLE_COLUMNS : []) {
    const missing = [mapping?.[part] ?? []].flat().find((column) => !columns.has(column));
    if (missing !== undefined) throw unknownName(`mapping.${part}`, "column", missing, { known });
  }
}

/** Returns the column of a part of a sample, such as `choices.2`. */
function columnBehind(mapping: ColumnMapping, field: string): string {
  const [part, index] = field.split(".");
  const part_name = SAMPLE_COLUMNS.find((name) => name === part) ?? "input";
  const columns = [mapping[part_name] ?? part_name].flat();
  return columns[Number(index)] ?? columns[0] ?? part_name;
}

function toInput(row: Row, mapping: ColumnMapping): SampleInput {
  const cells = createCells(row);
  const { id, input, choices, expected, context, group } = mapping;
  const sample = {
    id: id && cells.text(id),
    input: cells.text(input),
    choices: choices && cells.choices(choices),
    expected: expected && cells.expected(expected),
    context: context && cells.context(context),
    group: group && cells.text(group),
  };
  if (sampleInput.Check(sample)) return sample;
  const [{ field, fault } = { field: "input", fault: "is not valid" }] = faultsOf(sampleInput.Errors(sample));
  const reason =
    sample.input === undefined ? "is empty, but every sample needs an input" : (LIMITS[field] ?? fault);
  throw fileFault(reason, { line: row.line, column: columnBehind(mapping, field) });
}

const inFile = (mapping: ColumnMapping): Locator => ({
  name: (line) => `line ${line}`,
  fault: (line, part, fault, more) =>
    fileFault(fault, { ...more, line, column: columnBehind(mapping, part) }),
});

const inBody = (list: string): Locator => ({
  name: (index) => `${list === "shots" ? "shot" : "sample"} ${index}`,
  fault: (index, part, fault, more) => badField(`${list}.${index}.${part}`, fault, more),
});

/**
 * Returns the samples of a file's rows. Columns outside the mapping are ignored. Throws BAD_REQUEST: for the
 * mapping with `details.field` `mapping.<part>` and the file's columns, for a cell with line, column and value.
 */
export async function samplesOfRows(rows: Rows, mapping?: ColumnMapping): Promise<Sample[]> {
  const names = mapping ?? OWN_NAMES;
  const builder = createSampleBuilder(inFile(names), mapping?.expected_as);
  let isFirst = true;
  for await (const row of rows) {
    const isLacking = !rows.columns.has(names.input);
    if (isLacking || (isFirst && rows.columnsFixed)) checkColumns(mapping, rows.columns);
    isFirst = false;
    builder.add(toInput(row, names), row.line);
  }
  if (isFirst)
    throw fileFault(rows.columns.size === 0 ? "the file is empty" : "the file has columns but no rows", {
      line: 1,
    });
  checkColumns(mapping, rows.columns);
  return builder.finish();
}

/**
 * Returns the samples of a JSON body's list that conforms to `CreateDataset`. Throws BAD_REQUEST naming
 * `<list>.<index>.<part>`.
 */
export async function samplesOfInputs(
  inputs: readonly SampleInput[],
  expected_as?: ExpectedForm,
  list: "samples" | "shots" = "samples",
): Promise<Sample[]> {
  const builder = createSampleBuilder(inBody(list), expected_as);
  for (const [index, input] of inputs.entries()) {
    builder.add(input, index);
    if (index % ADDED_AT_ONCE === 0) await yieldToEventLoop();
  }
  return builder.finish();
}
