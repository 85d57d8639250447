import { isRecord } from "../base/json.ts";
import { letterOf } from "../domain/dataset.ts";
import type { Cells } from "./hub-dataset.ts";
import { fileFault, type Row } from "./sources/row.ts";

/** @param path how a structure's column is called in errors, its name and a dot */
export function createHubCells({ values, line }: Row, path = ""): Cells {
  const fault = (column: string, wanted: string) =>
    fileFault(`${wanted} is expected`, { line, column: path + column });

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
