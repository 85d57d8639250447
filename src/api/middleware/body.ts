import { Elysia } from "elysia";
import { AppError, badField } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { type Action, authorize } from "../../domain/permissions.ts";
import { type BodyPatience, inTime, PATIENCE } from "./body-deadline.ts";
import { contextOf, pathOf } from "./request-context.ts";
import { createUploadGate } from "./upload-gate.ts";

export const BODY_MAX = 1024 * 1024;
/** A thousand outputs with their contexts, some 16 KiB each. */
const BATCH_BODY_MAX = 16 * 1024 * 1024;
/** A plugin's code in base64 is a third longer, and its manifest stands beside it. */
const PLUGIN_BODY_MAX = 8 * 1024 * 1024;
const DATASET_BODY_MAX = 256 * 1024 * 1024;
const FIELD_SHOWN = 200;

interface LargeBody {
  maximum_bytes: number;
  /** The right that it takes: asked before one is read. */
  action: Action;
  /** Whether it may be a form with a file. */
  form?: true;
}

/** Bodies that may be larger than others. */
const LARGE: ReadonlyMap<string, LargeBody> = new Map([
  ["/v1/datasets", { maximum_bytes: DATASET_BODY_MAX, action: "datasets.create", form: true }],
  ["/v1/plugins", { maximum_bytes: PLUGIN_BODY_MAX, action: "plugins.manage", form: true }],
  ["/v1/evaluations/batch", { maximum_bytes: BATCH_BODY_MAX, action: "evaluations.create" }],
]);

const limitFor = (path: string): number => LARGE.get(path)?.maximum_bytes ?? BODY_MAX;

const tooLarge = (limit: number): AppError =>
  new AppError("PAYLOAD_TOO_LARGE", `The body may have at most ${limit} bytes.`, {
    field: "body",
    maximum_bytes: limit,
  });

/** Whether the body has a length that was announced, and that HTTP holds its sender to. */
const isAnnounced = ({ headers }: Request): boolean =>
  headers.has("content-length") && !headers.has("transfer-encoding");

/** The body's bytes, given up as soon as they are too many. An announced length was looked at before this. */
async function readBounded(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  // Reading it as a stream would cost more than all the rest of a small request.
  if (isAnnounced(request)) return request.bytes();
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

/** Its sender went away in the middle of it, perhaps. */
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

async function parseForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Record<string, unknown>> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch (cause) {
    throw badField("body", "is not valid multipart/form-data", {}, { cause });
  }
  const twice = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (twice !== undefined) throw badField(twice.slice(0, FIELD_SHOWN), "is given more than once");
  return Object.fromEntries(form.entries());
}

function refuseCompressed({ headers }: Request): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() === "identity") return;
  throw badField("Content-Encoding", `'${encoding.slice(0, 100)}' is not supported`, {
    accepted: ["identity"],
  });
}

async function parseBody(request: Request, { common_ms, large_ms }: BodyPatience): Promise<unknown> {
  const path = pathOf(request.url);
  const limit_ms = LARGE.has(path) ? large_ms : common_ms;
  const contentType = request.headers.get("content-type") ?? "";
  const kind = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  refuseCompressed(request);
  const read = () => inTime(readBounded(request, limitFor(path)), limit_ms).catch(unreadable);
  if (kind === "application/json" || kind.endsWith("+json") || kind === "") {
    const text = decode(await read());
    return text === "" ? undefined : parseJson(text);
  }
  if (kind === "multipart/form-data" && LARGE.get(path)?.form) return parseForm(await read(), contentType);
  const forms = LARGE.get(path)?.form ? ["multipart/form-data"] : [];
  throw badField("Content-Type", `'${kind.slice(0, 100)}' is not supported`, {
    accepted: ["application/json", ...forms],
  });
}

/**
 * Reads bodies: sizes, rights to send large ones and their number are looked at before anything is read, and none is
 * waited for for ever.
 */
export const body = (patience = PATIENCE) => {
  const gate = createUploadGate();
  return (
    new Elysia({ name: "body" })
      .onRequest(({ request }) => {
        const path = pathOf(request.url);
        const limit = limitFor(path);
        const announced = Number(request.headers.get("content-length") ?? 0);
        if (announced > limit) throw tooLarge(limit);
        const large = request.method === "POST" ? LARGE.get(path) : undefined;
        if (!large) return;
        authorize(contextOf(request).caller, large.action);
        // What is no larger than anybody's body needs no turn.
        if (announced === 0 || announced > BODY_MAX) gate.enter(request);
      })
      .onAfterResponse(({ request }) => gate.leave(request))
      .as("global")
      // Elysia's own way to a parser asks for the body as a stream, which costs more than to read it.
      .guard({ as: "global", parse: ["none"] })
      .onTransform({ as: "global" }, async (context) => {
        const { method } = context.request;
        if (method !== "GET" && method !== "HEAD") context.body = await parseBody(context.request, patience);
      })
  );
};
