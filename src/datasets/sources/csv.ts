import { Readable } from "node:stream";
import { CsvError, type InfoRecord, type Parser, parse } from "csv-parse";
import type { AppError } from "../../base/errors.ts";
import { readBlocks } from "./blocks.ts";
import { fileFault, ROW_BYTES_MAX, type Row, type Rows, refuseTooMany } from "./row.ts";

const FAULTS: Record<string, string> = {
  INVALID_OPENING_QUOTE:
    "an unquoted field contains a quote: enclose the field in quotes and double those within it",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quote: double the quotes within a field",
  CSV_QUOTE_NOT_CLOSED: "a quoted field is never closed",
  CSV_MAX_RECORD_SIZE: "the row is longer than 16 MiB: check for a quote that is never closed",
};

const countIn = (fields: readonly string[], character: string): number =>
  fields.reduce((sum, field) => sum + (field.includes(character) ? field.split(character).length - 1 : 0), 0);

/**
 * Tracks the physical line on which each record starts. csv-parse counts the line on which a record ends, and
 * counts a CRLF within quotes as two lines; here only LF ends a line.
 */
function createLineCounter() {
  let carriageReturns = 0;
  let end = 0;
  let empty = 0;
  return {
    passHeader(names: readonly string[]): void {
      carriageReturns = countIn(names, "\r");
      end = 1 + countIn(names, "\n");
    },
    startOf(fields: readonly string[], { lines, empty_lines }: InfoRecord): number {
      carriageReturns += countIn(fields, "\r");
      end = lines - carriageReturns;
      empty = empty_lines;
      return end - countIn(fields, "\n");
    },
    /** Returns the start of the record at which the parser failed, given the number of empty lines so far. */
    startOfFaulty: (emptyLines: number): number => end + 1 + emptyLines - empty,
  };
}

/**
 * Adds the header's names to `columns`; a missing name gets the one that pandas gives it. Throws if two names are
 * equal.
 */
function readHeader(header: readonly string[], columns: Set<string>, line: number): string[] {
  if (header.some((name) => name.includes("\r"))) {
    throw fileFault("lines end with a bare carriage return: save the file with LF or CRLF line ends", {
      line,
    });
  }
  const names = header.map((name, index) => name || `Unnamed: ${index}`);
  for (const column of names) {
    if (columns.has(column)) throw fileFault("two columns have the same name", { line, column });
    columns.add(column);
    refuseTooMany(columns, line);
  }
  return names;
}

function explain(error: CsvError, line: number): AppError {
  const { code, message, column, columns, record } = error;
  const place = { line, ...(typeof column === "string" ? { column } : {}) };
  if (code !== "CSV_RECORD_INCONSISTENT_COLUMNS") return fileFault(FAULTS[code] ?? message, place);
  const [has, wants] = [record, columns].map((list) => (Array.isArray(list) ? list.length : 0));
  return fileFault(`the row has ${has} columns, but the header has ${wants}`, place);
}

async function* bytesOf(file: Blob): AsyncGenerator<Buffer> {
  for await (const block of readBlocks(file)) yield block.bytes;
}

async function* readTable(file: Blob, columns: Set<string>): AsyncGenerator<Row> {
  const lines = createLineCounter();
  const parser: Parser = parse<Row, Record<string, string>>({
    record_delimiter: ["\n", "\r\n"],
    skip_empty_lines: true,
    max_record_size: ROW_BYTES_MAX,
    columns: (header) => {
      lines.passHeader(header);
      return readHeader(header, columns, parser.info.empty_lines + 1);
    },
    on_record: (values, info) => ({ values, line: lines.startOf(Object.values(values), info) }),
  });
  try {
    yield* Readable.from(bytesOf(file)).compose(parser);
  } catch (error) {
    throw error instanceof CsvError ? explain(error, lines.startOfFaulty(Number(error.empty_lines))) : error;
  }
}

/**
 * Reads comma-separated values (RFC 4180) in UTF-8: a header, then rows with as many fields. A quoted field may
 * contain commas and line breaks. Empty lines are skipped. Every value is text.
 */
export function readCsv(file: Blob): Rows {
  const columns = new Set<string>();
  return { columns, columnsFixed: true, [Symbol.asyncIterator]: () => readTable(file, columns) };
}
