import { isRecord } from "../base/json/json.ts";
import { letterOf } from "../domain/choice-letters.ts";
import type { FileFormat, Sample } from "../domain/dataset.ts";
import type { Cells, HubDataset } from "./hub-dataset.ts";
import { readRows } from "./sources/index.ts";
import { fileFault, type Row } from "./sources/row.ts";

/** Returns the cells of a row. `path` precedes column names in errors: a structure's name and a dot. */
export function createHubCells({ values, line }: Row, path = ""): Cells {
  const fault = (column: string, wanted: string) =>
    fileFault(`must be ${wanted}`, { line, column: path + column });

  function cell<Value>(column: string, wanted: string, fits: (value: unknown) => value is Value): Value {
    const value = Object.hasOwn(values, column) ? values[column] : undefined;
    if (fits(value)) return value;
    throw fault(column, wanted);
  }

  const isText = (value: unknown): value is string => typeof value === "string";
  const isNumber = (value: unknown): value is number => typeof value === "number";

  return {
    text: (column) => cell(column, "text", isText),
    texts: (column) =>
      cell(column, "a list of texts", (value) => Array.isArray(value) && value.every(isText)),
    numbers: (column) =>
      cell(column, "a list of numbers", (value) => Array.isArray(value) && value.every(isNumber)),
    whole: (column) =>
      cell(column, "a whole number", (value): value is number => Number.isSafeInteger(value)),
    flag: (column) => cell(column, "true or false", (value) => typeof value === "boolean"),
    within: (column) =>
      createHubCells({ values: cell(column, "a structure", isRecord), line }, `${path}${column}.`),
    letter(column, place, count) {
      if (Number.isInteger(place) && place >= 0 && place < count) return letterOf(place);
      throw fault(column, `the place of one of the ${count} choices`);
    },
  };
}

const missingColumns = ({ columns }: HubDataset, found: ReadonlySet<string>): string[] =>
  columns.filter((column) => !found.has(column));

/** Whether a file has the columns of a canonical set. */
export async function hasColumnsOf(set: HubDataset, file: Blob, format: FileFormat): Promise<boolean> {
  const rows = readRows(file, format, set.columns);
  for await (const _first of rows) return missingColumns(set, rows.columns).length === 0;
  return false;
}

/**
 * Returns the samples of a canonical set's files, in order. Throws BAD_REQUEST naming line and column for a
 * truncated file or another form.
 */
export async function samplesOfSet(
  set: HubDataset,
  files: readonly Blob[],
  format: FileFormat,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const file of files) {
    const rows = readRows(file, format, set.columns);
    for await (const row of rows) {
      const [missing] = missingColumns(set, rows.columns);
      if (missing !== undefined) throw fileFault("is missing", { column: missing });
      samples.push(set.toSample(createHubCells(row), samples.length));
    }
  }
  if (samples.length === 0) throw fileFault("has no rows");
  return samples;
}
