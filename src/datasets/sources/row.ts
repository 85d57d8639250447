import { AppError, type ErrorDetails } from "../../base/errors.ts";

/** One row of an uploaded file. */
export interface Row {
  /** Cells by column name: text in CSV, JSON values in JSONL, and in parquet what its types become in JSON. */
  values: Record<string, unknown>;
  /** The physical line on which the row starts, from 1; of parquet the row's number, from 1. */
  line: number;
}

/** The rows of a file in order, read while they are iterated; they can be iterated once. */
export interface Rows extends AsyncIterable<Row> {
  /** Known when the first row arrives; JSONL, which has no header, adds the names each row brings along. */
  readonly columns: ReadonlySet<string>;
  /** Whether no later row can add a column. */
  readonly columnsFixed: boolean;
}

/** Most bytes that one row may take, and so the most that a quote left open can swallow. */
export const ROW_BYTES_MAX = 16 * 1024 * 1024;

const COLUMNS_MAX = 10_000;

/** Throws BAD_REQUEST where a file has more columns than any table of samples. */
export function refuseTooMany(columns: ReadonlySet<string>, line?: number): void {
  if (columns.size <= COLUMNS_MAX) return;
  throw fileFault(`has more than ${COLUMNS_MAX} columns`, line === undefined ? {} : { line });
}

/** BAD_REQUEST for a place in a file: `details` hold `field: "file"`, the fault, the line and the column. */
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
