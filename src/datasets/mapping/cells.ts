import { faultOfText } from "../../base/json/json.ts";
import type { SampleInput } from "../../domain/dataset.ts";
import { TEXT_MAX } from "../../domain/fields.ts";
import { fileFault, type Row } from "../sources/row.ts";
import { roundedFault } from "./expected.ts";
import { parseListText } from "./list-text.ts";

const LIST_FORMS = `must be a list: a JSON array such as ["a","b"]; or name several columns in the mapping`;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value instanceof Uint8Array ? "bytes that are not UTF-8 text" : "an object";
}

/**
 * Returns the values of one row in the form of a sample. A missing column, null and empty text are undefined;
 * numbers and booleans become text. Throws BAD_REQUEST naming line and column for anything else.
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

  function checkedText(value: string, column: string): string {
    const fault =
      value.length > TEXT_MAX
        ? `has ${value.length} characters; at most ${TEXT_MAX} are accepted`
        : faultOfText(value);
    if (fault !== undefined) throw fileFault(fault, { line, column });
    return value;
  }

  function toText(value: unknown, column: string): string {
    if (typeof value === "string") return checkedText(value, column);
    if (typeof value === "number") refuseRounded(value, column);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (value === null) throw fileFault("has an empty item in its list", { line, column });
    throw fileFault(`holds ${kindOf(value)}; it must hold text`, { line, column });
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

  /** Empty cells at the end are missing choices; an empty cell in the middle would shift the letters. */
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
    /** A list is several references. A number stays a number, because it may be an index. */
    expected(column: string): SampleInput["expected"] {
      const value = cellOf(column);
      if (typeof value === "number") refuseRounded(value, column);
      if (value === undefined || typeof value === "number") return value;
      return Array.isArray(value) ? toTexts(value, column) : toText(value, column);
    },
    /** Returns the passages in order: the items of lists, and the texts of other columns. */
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
