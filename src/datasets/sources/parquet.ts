import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type AsyncBuffer,
  type ColumnChunk,
  type DecodedArray,
  type FileMetaData,
  type ParquetScan,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from "hyparquet";
import { AppError } from "../../base/errors.ts";
import { SAMPLES_MAX } from "../../domain/dataset.ts";
import { fileFault, type Row, type Rows, refuseTooMany } from "./row.ts";
import { createCompressors, decodedBytesMax } from "./unpack.ts";

/** Rows between two turns of the event loop. */
const ROWS_PER_TURN = 1000;
const ROWS_PER_BATCH = 10_000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Invalid UTF-8 stays bytes, so that the error names the cell that uses it. */
function textOrBytes(bytes: Uint8Array | undefined): string | Uint8Array | undefined {
  try {
    return bytes && utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return bytes;
    throw error;
  }
}

const isStructure = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Converts parquet's values to JSON's; whole numbers beyond 2^53 become text. */
function toJsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.map(toJsonValue);
  return isStructure(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJsonValue(item)]))
    : value;
}

const asBuffer = (file: Blob): AsyncBuffer => ({
  byteLength: file.size,
  slice: (start, end) => file.slice(start, end).arrayBuffer(),
});

/** Every error that hyparquet throws is a fault of the file. */
async function decode<Result>(work: () => Promise<Result>, fault: string, place = {}): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error && error.message.startsWith("parquet") ? ` (${error.message})` : "";
    throw fileFault(fault + reason.slice(0, 200), place, error);
  }
}

const chunksOf = (metadata: FileMetaData, columns: readonly string[]): ColumnChunk[] =>
  metadata.row_groups
    .flatMap((group) => group.columns)
    .filter(({ meta_data }) => columns.includes(meta_data?.path_in_schema[0] ?? ""));

/** Returns the bytes that a cell takes as text. In a dictionary-encoded column, many rows share one text. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  return value instanceof Uint8Array
    ? value.length
    : Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
}

const tooLarge = (decoded_max: number): AppError =>
  fileFault(
    `decodes to more than ${decoded_max} bytes, the maximum for a file of this size. Send its rows as JSON Lines`,
    { maximum_bytes: decoded_max },
  );

/** Counts what the rows of a file decode to. */
function createDecodedCounter(decoded_max: number) {
  let decoded = 0;
  return (cells: readonly unknown[]): void => {
    decoded += sizeOf(cells);
    if (decoded > decoded_max) throw tooLarge(decoded_max);
  };
}

function checkSize(metadata: FileMetaData, columns: readonly string[], decoded_max: number): void {
  const { num_rows } = metadata;
  if (num_rows > SAMPLES_MAX) throw fileFault(`has ${num_rows} rows; at most ${SAMPLES_MAX} are accepted`);
  const sizes = chunksOf(metadata, columns).map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
  const unpacked = sizes.reduce((sum, size) => sum + size, 0n);
  if (unpacked > decoded_max) throw tooLarge(decoded_max);
}

interface Range {
  rowStart: number;
  rowEnd: number;
}

/** Returns the rows that are decoded at once: some pages if the file has an index of them, else whole row groups. */
function batchesOf({ metadata, ranges }: ParquetScan, columns: readonly string[]): readonly Range[] {
  if (!chunksOf(metadata, columns).every((chunk) => chunk.offset_index_offset)) return ranges;
  return ranges.flatMap(({ rowStart, rowEnd }) =>
    Array.from({ length: Math.ceil((rowEnd - rowStart) / ROWS_PER_BATCH) }, (_, batch) => {
      const start = rowStart + batch * ROWS_PER_BATCH;
      return { rowStart: start, rowEnd: Math.min(start + ROWS_PER_BATCH, rowEnd) };
    }),
  );
}

/** Reads one column at a time, so that other work can run between them. */
async function readColumns(
  scan: ParquetScan,
  columns: readonly string[],
  range: Range,
): Promise<DecodedArray[]> {
  const decoded: DecodedArray[] = [];
  for (const column of columns) {
    const cells = await decode(() => scan.readColumn({ column, ...range }), "cannot be read", { column });
    const size = range.rowEnd - range.rowStart;
    if (cells.length !== size) throw fileFault(`has ${cells.length} values for ${size} rows`, { column });
    decoded.push(cells);
    await nextTurn();
  }
  return decoded;
}

async function* readRange({ scan, columns, count }: OpenFile, range: Range): AsyncGenerator<Row> {
  const decoded = await readColumns(scan, columns, range);
  for (let row = 0; row < range.rowEnd - range.rowStart; row++) {
    if (row % ROWS_PER_TURN === 0) await nextTurn();
    const cells = columns.map((_, index) => toJsonValue(decoded[index]?.[row]));
    count(cells);
    const named = columns.map((column, index) => [column, cells[index]]);
    yield { values: Object.fromEntries(named), line: range.rowStart + row + 1 };
  }
}

interface OpenFile {
  scan: ParquetScan;
  columns: readonly string[];
  batches: readonly Range[];
  /** Counts the cells of a row. Throws BAD_REQUEST once the rows are too large for a file of this size. */
  count(cells: readonly unknown[]): void;
}

async function open(file: AsyncBuffer, found: Set<string>, wanted?: readonly string[]): Promise<OpenFile> {
  const decoded_max = decodedBytesMax(file.byteLength);
  const metadata = await parquetMetadataAsync(file);
  for (const { element } of parquetSchema(metadata).children) found.add(element.name);
  refuseTooMany(found);
  const columns = [...found].filter((column) => !wanted || wanted.includes(column));
  checkSize(metadata, columns, decoded_max);
  const parsers = { stringFromBytes: textOrBytes };
  const compressors = createCompressors(decoded_max);
  const scan = await parquetScan({ file, metadata, columns, compressors, parsers });
  const count = createDecodedCounter(decoded_max);
  return { scan, columns, batches: batchesOf(scan, columns), count };
}

async function* readTable(file: Blob, found: Set<string>, wanted?: readonly string[]): AsyncGenerator<Row> {
  const fault = "is not a parquet file, or is truncated";
  const opened = await decode(() => open(asBuffer(file), found, wanted), fault);
  for (const batch of opened.batches) yield* readRange(opened, batch);
}

/**
 * Reads a parquet file by row group; with `wanted`, only those columns. Whole numbers become numbers, or text
 * beyond 2^53; times become ISO 8601 text; invalid UTF-8 stays bytes.
 */
export function readParquet(file: Blob, wanted?: readonly string[]): Rows {
  const columns = new Set<string>();
  return { columns, columnsFixed: true, [Symbol.asyncIterator]: () => readTable(file, columns, wanted) };
}
