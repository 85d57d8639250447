import { Elysia } from "elysia";
import { AppError, badField } from "../../domain/errors.ts";
import { pathOf } from "./request-context.ts";

export const BODY_MAX = 1024 * 1024;
export const DATASET_BODY_MAX = 256 * 1024 * 1024;
/** Deeper JSON would overflow the stack of whatever walks it. */
const DEPTH_MAX = 100;

const limitFor = (path: string): number => (path === "/v1/datasets" ? DATASET_BODY_MAX : BODY_MAX);

const tooLarge = (limit: number): AppError =>
  new AppError("PAYLOAD_TOO_LARGE", `The body may have at most ${limit} bytes.`, {
    field: "body",
    maximum_bytes: limit,
  });

function refuseDeeper(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEPTH_MAX) throw badField("body", `JSON may be nested at most ${DEPTH_MAX} deep`);
  for (const item of Object.values(value)) refuseDeeper(item, depth + 1);
}

/** Parses JSON of a bounded depth. Throws BAD_REQUEST saying what the parser met. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const fault =
      cause instanceof SyntaxError ? `is not valid JSON: ${cause.message}` : "JSON is nested too deep";
    throw badField("body", fault.slice(0, 300));
  }
  refuseDeeper(value);
  return value;
}

/** The body's bytes, given up as soon as they are too many: a length that was announced need not be true. */
async function readBounded(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function parseForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Record<string, unknown>> {
  try {
    const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
    return Object.fromEntries(form.entries());
  } catch (cause) {
    throw new AppError("BAD_REQUEST", "body: is not valid multipart/form-data", { field: "body" }, { cause });
  }
}

async function parseBody(request: Request): Promise<unknown> {
  const contentType = request.headers.get("content-type") ?? "";
  const kind = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const limit = limitFor(pathOf(request.url));
  if (kind === "application/json" || kind.endsWith("+json") || kind === "") {
    const known = Number(request.headers.get("content-length"));
    const text =
      known > 0 ? await request.text() : new TextDecoder().decode(await readBounded(request, limit));
    return text === "" ? undefined : parseJson(text);
  }
  if (kind === "multipart/form-data") return parseForm(await readBounded(request, limit), contentType);
  throw badField("Content-Type", `'${kind.slice(0, 100)}' is not supported`, {
    accepted: ["application/json", "multipart/form-data"],
  });
}

/** Reads bodies: sizes and depths are bounded before anything looks at them. */
export const body = new Elysia({ name: "body" })
  .onRequest(({ request }) => {
    const announced = Number(request.headers.get("content-length") ?? 0);
    const limit = limitFor(pathOf(request.url));
    if (announced > limit) throw tooLarge(limit);
  })
  .onParse(({ request }) => parseBody(request))
  .as("global");
