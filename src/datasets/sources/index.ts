import { badField } from "../../base/errors.ts";
import { FILE_FORMATS, type FileFormat } from "../../domain/dataset.ts";
import { readCsv } from "./csv.ts";
import { readJsonl } from "./jsonl.ts";
import { readParquet } from "./parquet.ts";
import type { Rows } from "./row.ts";

export type { Row, Rows } from "./row.ts";

const FORMAT_OF_EXTENSION: Record<string, FileFormat> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  csv: "csv",
  parquet: "parquet",
};

const READERS = { jsonl: readJsonl, csv: readCsv, parquet: readParquet } satisfies Record<
  FileFormat,
  (file: Blob, wanted?: readonly string[]) => Rows
>;

/**
 * Returns the declared format, or else the one of the file name's extension. Throws BAD_REQUEST with the accepted
 * formats.
 */
export function formatOf(filename: string, declared?: string): FileFormat {
  const name = declared ?? FORMAT_OF_EXTENSION[filename.slice(filename.lastIndexOf(".") + 1).toLowerCase()];
  const format = FILE_FORMATS.find((known) => known === name);
  if (format) return format;
  const fault =
    declared === undefined
      ? `is not clear from the file name '${filename.slice(-100)}'; give 'format'`
      : `'${declared.slice(0, 100)}' is not known`;
  throw badField("format", fault, { accepted: FILE_FORMATS });
}

/**
 * Returns the rows of an uploaded file. While reading, a fault of the file throws BAD_REQUEST with `details`
 * `{field: "file", fault, line?, column?}`. With `wanted`, other columns of a parquet file are not read.
 */
export const readRows = (file: Blob, format: FileFormat, wanted?: readonly string[]): Rows =>
  READERS[format](file, wanted);
