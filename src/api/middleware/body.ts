import { Elysia } from "elysia";
import { AppError, badField } from "../../base/errors.ts";
import { parseJson } from "../../base/json/json.ts";
import { authorize } from "../../domain/permissions.ts";
import {
  BODY_MAX,
  type BodyPatience,
  createUploadGate,
  inTime,
  LARGE_BODIES,
  PATIENCE,
  PROMPTS_AT_ONCE,
  sizeLimitOf,
  tooLarge,
} from "./body-limits.ts";
import { parseForm } from "./form.ts";
import { parseLargeJson } from "./large-json.ts";
import { contextOf, pathOf } from "./request-context.ts";

const VALUE_SHOWN_MAX = 100;

/** Tells whether the body has an announced length. HTTP holds the sender to it. */
const isAnnounced = ({ headers }: Request): boolean =>
  headers.has("content-length") && !headers.has("transfer-encoding");

/** Reads a body in chunks, and stops as soon as it exceeds the limit. */
async function chunksOf({ body }: Request, limit: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks;
}

/** Reads a body within the limit. An announced length has been checked before. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  // To read a small body as a stream would cost more than the rest of its request.
  return isAnnounced(request) ? request.bytes() : Buffer.concat(await chunksOf(request, limit));
}

/** Like `readBytes`, for forms, whose files are then parts of the body and no copies. */
async function readBlob(request: Request, limit: number): Promise<Blob> {
  return isAnnounced(request) ? request.blob() : new Blob(await chunksOf(request, limit));
}

/** Throws BAD_REQUEST for a body whose reading failed, for example because its sender disconnected. */
function unreadable(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  throw badField("body", "could not be read", {}, { cause });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw badField("body", "is not valid UTF-8", {}, { cause });
  }
}

function refuseUnsupported(header: string, value: string, accepted: readonly string[]): never {
  throw badField(header, `'${value.slice(0, VALUE_SHOWN_MAX)}' is not supported`, { accepted });
}

function refuseCompressed({ headers }: Request): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") refuseUnsupported("Content-Encoding", encoding, ["identity"]);
}

async function parseBody(request: Request, { common_ms, large_ms }: BodyPatience): Promise<unknown> {
  const path = pathOf(request.url);
  const large = LARGE_BODIES.get(path);
  const isSlow = large?.form || Number(request.headers.get("content-length") ?? 0) > BODY_MAX;
  const contentType = request.headers.get("content-type") ?? "";
  const kind = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  refuseCompressed(request);
  const limit = sizeLimitOf(path);
  const within = <Body>(reading: Promise<Body>) =>
    inTime(reading, isSlow ? large_ms : common_ms).catch(unreadable);
  if (kind === "application/json" || kind.endsWith("+json") || kind === "") {
    const bytes = await within(readBytes(request, limit));
    if (bytes.length > BODY_MAX && large?.lists) return parseLargeJson(bytes);
    const text = decode(bytes);
    return text === "" ? undefined : parseJson(text);
  }
  if (kind === "multipart/form-data" && large?.form)
    return parseForm(await within(readBlob(request, limit)), contentType);
  const forms = large?.form ? ["multipart/form-data"] : [];
  return refuseUnsupported("Content-Type", kind, ["application/json", ...forms]);
}

/**
 * Reads bodies. Their size, the permission to send a large one, and the number of large ones are checked before
 * anything is read.
 */
export const body = (patience = PATIENCE) => {
  const uploads = createUploadGate();
  const prompts = createUploadGate(PROMPTS_AT_ONCE);
  return (
    new Elysia({ name: "body" })
      .onRequest(({ request }) => {
        const path = pathOf(request.url);
        const limit = sizeLimitOf(path);
        const announced = Number(request.headers.get("content-length") ?? 0);
        if (announced > limit) throw tooLarge(limit);
        const large = request.method === "POST" ? LARGE_BODIES.get(path) : undefined;
        if (!large) return;
        authorize(contextOf(request).caller, large.action);
        // A body of the common size needs no place. A length of 0 may be a body in chunks of any size.
        if (announced === 0 || announced > BODY_MAX) (large.prompt ? prompts : uploads).enter(request);
      })
      .onAfterResponse(({ request }) => {
        uploads.leave(request);
        prompts.leave(request);
      })
      .as("global")
      // Elysia's own parsers read the body as a stream, which costs more than reading it at once.
      .guard({ as: "global", parse: ["none"] })
      .onTransform({ as: "global" }, async (context) => {
        const { method } = context.request;
        if (method === "GET" || method === "HEAD") return;
        context.body = await parseBody(context.request, patience);
        prompts.leave(context.request);
      })
  );
};
