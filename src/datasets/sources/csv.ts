import { Readable } from "node:stream";
import { CsvError, type InfoRecord, type Parser, parse } from "csv-parse";
import type { AppError } from "../../base/errors.ts";
import { readBlocks } from "./blocks.ts";
import { fileFault, ROW_BYTES_MAX, type Row, type Rows, refuseTooMany } from "./row.ts";

const FAULTS: Record<string, string> = {
  INVALID_OPENING_QUOTE:
    "a quote stands inside an unquoted field: put the field in quotes and double those within it",
  CSV_INVALID_CLOSING_QUOTE: "text follows a closing quote: quotes within a field have to be doubled",
  CSV_QUOTE_NOT_CLOSED: "a quoted field is never closed",
  CSV_MAX_RECORD_SIZE: "the row is longer than 16 MiB: a quote may not be closed",
};

const countIn = (fields: readonly string[], character: string): number =>
  fields.reduce((sum, field) => sum + (field.includes(character) ? field.split(character).length - 1 : 0), 0);

/**
 * Knows on which physical line each record starts. csv-parse counts the line on which a record ends, and
 * takes a CRLF within quotes for two lines; here LF alone ends a line.
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
    /** Where the record starts at which the parser gave up, having met so many empty lines. */
    startOfFaulty: (emptyLines: number): number => end + 1 + emptyLines - empty,
  };
}

/** Adds the header's names to `columns`, those missing as pandas names them; throws where they can't be told apart. */
function readHeader(header: readonly string[], columns: Set<string>, line: number): string[] {
  if (header.some((name) => name.includes("\r"))) {
    throw fileFault("lines end in a bare carriage return: save the file with LF or CRLF line ends", { line });
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
  return fileFault(`the row has ${has} columns, the header ${wants}`, place);
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
 * Reads comma-separated values (RFC 4180) in UTF-8: a header, then rows of as many fields; a field in quotes
 * may hold commas and line breaks. Empty lines are passed over. Every value is text.
 */
export function readCsv(file: Blob): Rows {
  const columns = new Set<string>();
  return { columns, columnsFixed: true, [Symbol.asyncIterator]: () => readTable(file, columns) };
}
