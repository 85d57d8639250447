import { isUtf8 } from "node:buffer";
import { badField } from "../../base/errors.ts";
import { nextTurn } from "../../base/event-loop.ts";
import { isRecord, parseJson, parseUncheckedJson, refuseUnsafeItems } from "../../base/json/json.ts";

/** Bytes that are scanned, and bytes of items that are parsed, in one turn of the event loop: some milliseconds each. */
const SCANNED_BYTES = 512 * 1024;
const PARSED_BYTES = 128 * 1024;
/** The most bytes of one item of a list. It is parsed at once. */
const ITEM_BYTES_MAX = 16 * 1024 * 1024;
/** The most bytes outside of the body's lists. */
const REST_BYTES_MAX = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const LIST_START = 0x5b;

/** Depth 1 is inside the body's object, and depth 2 inside one of its lists. */
const IN_OBJECT = 1;
const IN_LIST = 2;

/** Returns the index of a string's closing quote, from the index of its opening quote. */
function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return bytes.length;
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw badField("body", "is not valid UTF-8");
  return bytes.toString("utf8");
}

/** Parses the lists of a body piece by piece. What is not in a list is kept as text. */
function createPieces(bytes: Buffer) {
  const lists: unknown[][] = [];
  const rest: Buffer[] = [];
  let restBytes = 0;
  let kept = 0;
  let items: unknown[] = [];
  let start = 0;
  let name = "body";

  /** Adds text from outside of the lists, up to an index. */
  function keepUntil(end: number): void {
    restBytes += end - kept;
    if (restBytes > REST_BYTES_MAX)
      throw badField("body", `has more than ${REST_BYTES_MAX} bytes outside of its lists`);
    rest.push(bytes.subarray(kept, end));
  }

  /** Parses the items between two indices. Commas separate them. */
  function parseItems(end: number): void {
    if (end - start > ITEM_BYTES_MAX + PARSED_BYTES)
      throw badField(`${name}.${items.length}`, `is longer than ${ITEM_BYTES_MAX} bytes`);
    const text = `[${textOf(bytes.subarray(start, end))}]`;
    const parsed = parseUncheckedJson(text) as unknown[];
    refuseUnsafeItems(text, parsed, { list: name, first: items.length });
    for (const item of parsed) items.push(item);
    start = end + 1;
  }

  return {
    openList(at: number): void {
      keepUntil(at + 1);
      items = [];
      start = at + 1;
    },
    /** Parses the items before a comma if they are many. */
    async passItem(at: number): Promise<void> {
      if (at - start < PARSED_BYTES) return;
      parseItems(at);
      await nextTurn();
    },
    async closeList(at: number): Promise<void> {
      parseItems(at);
      rest.push(Buffer.from(String(lists.push(items) - 1)));
      kept = at;
      await nextTurn();
    },
    /** Remembers the last string of the object, which is the name of the next list. */
    nameList(from: number, to: number): void {
      if (to - from < 200) name = textOf(bytes.subarray(from + 1, to)) || "body";
    },
    /** Returns the body: the text outside of the lists holds the index of each list in place of its items. */
    finish(): unknown {
      keepUntil(bytes.length);
      const body = parseJson(textOf(Buffer.concat(rest)));
      if (!isRecord(body)) throw badField("body", "must be a JSON object");
      for (const [key, value] of Object.entries(body))
        if (Array.isArray(value)) body[key] = lists[Number(value[0])];
      return body;
    },
  };
}

/**
 * Parses a JSON object as `parseJson` does, but its lists piece by piece, with turns of the event loop in between: to
 * parse 256 MiB at once would hold all other requests for seconds. Throws BAD_REQUEST, also for another value than an
 * object.
 */
export async function parseLargeJson(body: Uint8Array): Promise<unknown> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces = createPieces(bytes);
  let depth = 0;
  let inList = false;
  let turn = SCANNED_BYTES;
  for (let at = 0; at < bytes.length; at++) {
    if (at > turn) {
      turn = at + SCANNED_BYTES;
      await nextTurn();
    }
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (depth === IN_OBJECT) pieces.nameList(at, end);
      at = end;
    } else if (byte === COMMA) {
      if (inList && depth === IN_LIST) await pieces.passItem(at);
    } else if (OPENING.has(byte)) {
      if (++depth === IN_LIST && byte === LIST_START) {
        inList = true;
        pieces.openList(at);
      }
    } else if (CLOSING.has(byte) && --depth === IN_OBJECT && inList) {
      inList = false;
      await pieces.closeList(at);
    }
  }
  return pieces.finish();
}
