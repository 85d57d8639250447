import { isWhole } from "./call-signal.ts";
import type { Fetch } from "./provider.ts";

/** The largest body that is read of a provider, in bytes after decompression; a stream counts as one body. */
export const BODY_MAX = 32 * 1024 * 1024;

/** A body was cut off because it grew beyond the limit. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";

  constructor(maximum: number) {
    super(`answered with more than ${maximum} bytes`);
  }
}

function bounded(body: ReadableStream<Uint8Array>, maximum: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let size = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        size += value.byteLength;
        if (size <= maximum) return controller.enqueue(value);
        await reader.cancel();
        controller.error(new BodyTooLarge(maximum));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Whether the length that is announced binds the sender: one of compressed bytes says nothing of what comes out. */
export function isKnownSmall({ headers }: Response, maximum = BODY_MAX): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= maximum && !headers.has("content-encoding");
}

/** Bytes that are there, as a body to whoever reads one piece by piece. */
function bodyOf(bytes: Uint8Array) {
  let given = false;
  return {
    getReader: () => ({
      async read() {
        const done = given;
        given = true;
        return done ? { done } : { done, value: bytes };
      },
      cancel: async () => undefined,
      releaseLock: () => undefined,
    }),
  };
}

/** The response with its body read. The packages read even a small answer as a stream: a quarter of what a call costs them. */
async function readWhole(response: Response): Promise<Response> {
  const bytes = await response.bytes();
  return Object.defineProperty(response, "body", { value: bodyOf(bytes) });
}

/**
 * A network whose bodies end with BodyTooLarge beyond `maximum` bytes. It follows no redirection: keys would go
 * along to wherever that points.
 */
export function limitBodies(send: Fetch, maximum = BODY_MAX): Fetch {
  return async (input, init) => {
    const response = await send(input, { ...init, redirect: "manual" });
    if (isKnownSmall(response, maximum)) return isWhole(init?.signal) ? readWhole(response) : response;
    // Whoever looks at a body makes a stream of it.
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(bounded(response.body, maximum), { status, statusText, headers });
  };
}
