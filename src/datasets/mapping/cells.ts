import { faultOfText } from "../../base/json.ts";
import type { SampleInput } from "../../domain/dataset.ts";
import { TEXT_MAX } from "../../domain/fields.ts";
import { fileFault, type Row } from "../sources/row.ts";
import { roundedFault } from "./expected.ts";
import { parseListText } from "./list-text.ts";

const LIST_FORMS = `a list is expected: a JSON array such as ["a","b"], or several columns in the mapping`;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value instanceof Uint8Array ? "bytes that are not UTF-8 text" : "an object";
}

/**
 * The values of one row as a sample needs them. A column that the row lacks, null and empty text are no value
 * (undefined); numbers and true/false become their text. Anything else is BAD_REQUEST naming line and column.
 */
export function createCells({ values, line }: Row) {
  const cellOf = (column: string): unknown => {
    const value = Object.hasOwn(values, column) ? values[column] : undefined;
    return value === null || value === "" ? undefined : value;
  };

  function refuseRounded(value: number, column: string): void {
    const fault = roundedFault(value);
    if (fault) throw fileFault(fault, { line, column });
  }

  function sound(value: string, column: string): string {
    const fault = value.length > TEXT_MAX ? `holds more than ${TEXT_MAX} characters` : faultOfText(value);
    if (fault !== undefined) throw fileFault(fault, { line, column });
    return value;
  }

  function toText(value: unknown, column: string): string {
    if (typeof value === "string") return sound(value, column);
    if (typeof value === "number") refuseRounded(value, column);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (value === null) throw fileFault("the list holds an empty item", { line, column });
    throw fileFault(`holds ${kindOf(value)}, text is expected`, { line, column });
  }

  const toTexts = (list: readonly unknown[], column: string): string[] =>
    list.map((item) => toText(item, column));

  function text(column: string): string | undefined {
    const value = cellOf(column);
    return value === undefined ? undefined : toText(value, column);
  }

  function list(column: string): string[] | undefined {
    const value = cellOf(column);
    if (value === undefined) return undefined;
    const items = typeof value === "string" ? parseListText(value) : value;
    if (Array.isArray(items)) return toTexts(items, column);
    throw fileFault(LIST_FORMS, { line, column, value: String(value).slice(0, 100) });
  }

  /** Empty cells at the end are choices the question doesn't have; one in the middle would shift the letters. */
  function row(columns: readonly string[]): string[] | undefined {
    const texts = columns.map(text);
    const size = texts.findLastIndex((cell) => cell !== undefined) + 1;
    const gap = texts.slice(0, size).indexOf(undefined);
    if (gap >= 0)
      throw fileFault("is empty, but a later choice is not", { line, column: columns[gap] ?? "" });
    return size === 0 ? undefined : texts.flatMap((cell) => (cell === undefined ? [] : [cell]));
  }

  return {
    text,
    choices: (columns: string | readonly string[]) =>
      typeof columns === "string" ? list(columns) : row(columns),
    /** A list is several references; a number is kept, for it may be an index. */
    expected(column: string): SampleInput["expected"] {
      const value = cellOf(column);
      if (typeof value === "number") refuseRounded(value, column);
      if (value === undefined || typeof value === "number") return value;
      return Array.isArray(value) ? toTexts(value, column) : toText(value, column);
    },
    /** Passages in order: the items of lists and the texts of plain columns. */
    context(columns: string | readonly string[]): string[] | undefined {
      const passages = [columns].flat().flatMap((column) => {
        const value = cellOf(column);
        if (value === undefined) return [];
        return Array.isArray(value) ? toTexts(value, column) : [toText(value, column)];
      });
      return passages.length === 0 ? undefined : passages;
    },
  };
}
