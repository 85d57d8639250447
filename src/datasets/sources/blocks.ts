import { isUtf8 } from "node:buffer";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileFault, ROW_BYTES_MAX } from "./row.ts";

/** Small enough to hold the event loop for only some milliseconds at a time. */
const BLOCK_BYTES = 128 * 1024;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Consecutive whole lines (the last may lack its line break), as valid UTF-8. */
export interface Block {
  bytes: Buffer;
  /** The physical number of its first line, from 1. */
  line: number;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function checkUtf8({ bytes, line }: Block): void {
  if (isUtf8(bytes)) return;
  for (let start = 0, current = line; start < bytes.length; current++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) throw fileFault("is not valid UTF-8 text", { line: current });
    start = end;
  }
}

const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)
    ? bytes.subarray(BYTE_ORDER_MARK.length)
    : bytes;

/**
 * Reads a text file in blocks of whole lines, without a leading byte order mark. Yields to the event loop after
 * each block. Throws BAD_REQUEST naming the line for invalid UTF-8 and for lines over 16 MiB.
 */
export async function* readBlocks(file: Blob): AsyncGenerator<Block> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  for (let at = 0; at < file.size; at += BLOCK_BYTES) {
    const read = Buffer.from(await file.slice(at, at + BLOCK_BYTES).arrayBuffer());
    const bytes = Buffer.concat([rest, at === 0 ? withoutByteOrderMark(read) : read]);
    const last = at + BLOCK_BYTES >= file.size;
    const end = last ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    if (rest.length > ROW_BYTES_MAX)
      throw fileFault("the line is longer than 16 MiB", { line: line + countLines(bytes) });
    const block = { bytes: bytes.subarray(0, end), line };
    checkUtf8(block);
    line += countLines(block.bytes);
    if (end > 0) yield block;
    await nextTurn();
  }
}
