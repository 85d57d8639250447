import { isWhole } from "./call-signal.ts";
import type { Fetch } from "./provider.ts";

/** The most bytes, after decompression, that are read of a provider's answer; a stream counts as one body. */
export const BODY_MAX = 32 * 1024 * 1024;

/** A body that exceeded the limit. */
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

/** Whether the announced length guarantees a small body; the length of compressed bytes does not. */
export function isKnownSmall({ headers }: Response, maximum = BODY_MAX): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= maximum && !headers.has("content-encoding");
}

/** Presents received bytes as a body that is read in pieces. */
function bodyOf(bytes: Uint8Array) {
  let wasRead = false;
  return {
    getReader: () => ({
      async read() {
        const done = wasRead;
        wasRead = true;
        return done ? { done } : { done, value: bytes };
      },
      cancel: async () => undefined,
      releaseLock: () => undefined,
    }),
  };
}

/**
 * Reads the body of a response. The packages read even a small answer as a stream, which is a quarter of their cost
 * per call.
 */
async function readWhole(response: Response): Promise<Response> {
  const bytes = await response.bytes();
  return Object.defineProperty(response, "body", { value: bodyOf(bytes) });
}

/**
 * Wraps `send` so that bodies over `maximum` bytes end with BodyTooLarge. Redirections are not followed, because
 * keys would be sent to their targets.
 */
export function limitBodies(send: Fetch, maximum = BODY_MAX): Fetch {
  return async (input, init) => {
    const response = await send(input, { ...init, redirect: "manual" });
    if (isKnownSmall(response, maximum)) return isWhole(init?.signal) ? readWhole(response) : response;
    // Reading `body` creates a stream.
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(bounded(response.body, maximum), { status, statusText, headers });
  };
}
