import type { SchemaElement } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { AppError, type ErrorDetails } from "../../src/base/errors.ts";
import { type Row, type Rows, readRows } from "../../src/datasets/sources/index.ts";
import type { FileFormat } from "../../src/domain/dataset.ts";

export type BlobInput = string | Uint8Array<ArrayBuffer>;

export const textFile = (...parts: BlobInput[]): Blob => new Blob(parts);

/** Creates a parquet file of simple columns; `listColumn` gives the schema of a column of text lists. */
export function parquetFile(
  columns: ColumnSource[],
  options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
): Blob {
  return new Blob([parquetWriteBuffer({ columnData: columns, ...options })]);
}

export const listColumn = (name: string): SchemaElement[] => [
  { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "BYTE_ARRAY", repetition_type: "OPTIONAL", converted_type: "UTF8" },
];

export const textColumn = (name: string): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  repetition_type: "OPTIONAL",
  converted_type: "UTF8",
});

/**
 * Returns the details of the BAD_REQUEST with which `promise` was rejected; fails if it was fulfilled or rejected
 * otherwise.
 */
export async function refusal(promise: Promise<unknown>): Promise<ErrorDetails & { message: string }> {
  const error = await promise.then(
    (value) => new Error(`was not refused but gave ${JSON.stringify(value)?.slice(0, 200)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof AppError && error.code === "BAD_REQUEST")
    return { ...error.details, message: error.message };
  throw error;
}

export async function rowsOf(rows: Rows): Promise<Row[]> {
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

export const readAll = (file: Blob, format: FileFormat, wanted?: readonly string[]): Promise<Row[]> =>
  rowsOf(readRows(file, format, wanted));
