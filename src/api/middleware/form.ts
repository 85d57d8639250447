import { badField } from "../../base/errors.ts";
import { nextTurn } from "../../base/event-loop.ts";

/** Bytes that are searched in one turn of the event loop. */
const WINDOW_BYTES = 1024 * 1024;
const HEAD_BYTES_MAX = 16 * 1024;
const TEXT_BYTES_MAX = 1024 * 1024;
const FIELDS_MAX = 20;
const NAME_SHOWN_MAX = 200;

const notValid = (cause?: unknown) => badField("body", "is not valid multipart/form-data", {}, { cause });

/** Returns where some bytes occur next; undefined if they do not. */
async function indexIn(body: Blob, wanted: Buffer, from: number): Promise<number | undefined> {
  for (let start = from; start < body.size; start += WINDOW_BYTES) {
    const window = await body.slice(start, start + WINDOW_BYTES + wanted.length - 1).arrayBuffer();
    const found = Buffer.from(window).indexOf(wanted);
    if (found >= 0) return start + found;
    await nextTurn();
  }
  return undefined;
}

/** One part of a form: its head as text, and its content. */
interface Part {
  head: string;
  content: Blob;
}

/** Yields the parts between the boundaries. Content is not copied. */
async function* partsOf(body: Blob, boundary: string): AsyncGenerator<Part> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const opening = delimiter.subarray(2);
  let at = (await indexIn(body.slice(0, HEAD_BYTES_MAX), opening, 0)) ?? body.size;
  for (at += opening.length; ; ) {
    const after = Buffer.from(await body.slice(at, at + HEAD_BYTES_MAX).arrayBuffer());
    if (after.toString("latin1", 0, 2) === "--") return;
    const start = after.indexOf("\r\n");
    const end = after.indexOf("\r\n\r\n");
    if (start < 0 || end < 0) throw notValid();
    const from = at + end + 4;
    const next = await indexIn(body, delimiter, from - 2);
    if (next === undefined) throw notValid();
    yield { head: after.toString("utf8", start + 2, end), content: body.slice(from, Math.max(from, next)) };
    at = next + delimiter.length;
  }
}

const parameterOf = (header: string, name: string): string | undefined => {
  const [, quoted, plain] = new RegExp(`[;\\s]${name}=(?:"([^"]*)"|([^;\\s]+))`, "i").exec(header) ?? [];
  return quoted ?? plain;
};

const headerOf = (head: string, name: string): string =>
  new RegExp(`^${name}:(.*)$`, "im").exec(head)?.[1]?.trim() ?? "";

/** Returns the text or the file of a part. */
async function fieldOf(name: string, { head, content }: Part): Promise<string | File> {
  const filename = parameterOf(headerOf(head, "content-disposition"), "filename");
  if (filename !== undefined) return new File([content], filename, { type: headerOf(head, "content-type") });
  if (content.size > TEXT_BYTES_MAX)
    throw badField(name, `has more than ${TEXT_BYTES_MAX} bytes: send it as a file`);
  return content.text();
}

/**
 * Reads a form (RFC 7578), in turns of the event loop: the runtime's own reader would hold it for a second with a file of
 * 256 MiB. Throws BAD_REQUEST for another body, and for a field that is given more than once.
 */
export async function parseForm(body: Blob, contentType: string): Promise<Record<string, unknown>> {
  const boundary = parameterOf(contentType, "boundary");
  if (!boundary) throw notValid();
  const form = new Map<string, string | File>();
  for await (const part of partsOf(body, boundary)) {
    const name = parameterOf(headerOf(part.head, "content-disposition"), "name");
    if (name === undefined) throw notValid();
    if (form.has(name)) throw badField(name.slice(0, NAME_SHOWN_MAX), "is given more than once");
    if (form.size === FIELDS_MAX) throw badField("body", `has more than ${FIELDS_MAX} fields`);
    form.set(name, await fieldOf(name, part));
  }
  return Object.fromEntries(form);
}
