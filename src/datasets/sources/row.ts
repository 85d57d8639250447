import { AppError, type ErrorDetails } from "../../base/errors.ts";

/** One row of an uploaded file. */
export interface Row {
  /** Cells by column name: text in CSV, JSON values in JSONL and parquet. */
  values: Record<string, unknown>;
  /** The physical line on which the row starts, from 1; in parquet the row's number, from 1. */
  line: number;
}

/** The rows of a file in order, read during the iteration; they can be iterated only once. */
export interface Rows extends AsyncIterable<Row> {
  /** The columns, known once the first row arrives; JSONL has no header, so each row may add names. */
  readonly columns: ReadonlySet<string>;
  /** Whether later rows cannot add columns. */
  readonly columnsFixed: boolean;
}

/** The most bytes of a row, and so the most that an unclosed quote can swallow. */
export const ROW_BYTES_MAX = 16 * 1024 * 1024;

const COLUMNS_MAX = 10_000;

/** Throws BAD_REQUEST if a file has too many columns. */
export function refuseTooMany(columns: ReadonlySet<string>, line?: number): void {
  if (columns.size <= COLUMNS_MAX) return;
  throw fileFault(
    `has ${columns.size} columns; at most ${COLUMNS_MAX} are accepted`,
    line === undefined ? {} : { line },
  );
}

/** Returns BAD_REQUEST for a place in a file: `details` hold `field: "file"`, the fault, the line and the column. */
export function fileFault(
  fault: string,
  place: { line?: number; column?: string } & ErrorDetails = {},
  cause?: unknown,
): AppError {
  const { line } = place;
  const column = place.column?.slice(0, 100);
  const where = [
    "file",
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column '${column}'`]),
  ].join(", ");
  return new AppError(
    "BAD_REQUEST",
    `${where}: ${fault}`,
    { field: "file", ...place, ...(column === undefined ? {} : { column }), fault },
    { cause },
  );
}
