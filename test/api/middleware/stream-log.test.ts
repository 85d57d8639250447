import { describe, expect, test } from "bun:test";
import { Elysia } from "elysia";
import pino from "pino";
import { streamedCompletion } from "../../../src/api/rest/completion-stream.ts";
import { AppError } from "../../../src/base/errors.ts";
import type { CompletionEvent } from "../../../src/services/completions/index.ts";
import { loggedError } from "../../../src/telemetry/log.ts";
import { readCompletion } from "../../support/server/sse.ts";

/** What a stream that breaks after its first piece says to its reader and to the log. */
async function broken(error: Error) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { serializers: { err: loggedError } },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  async function* pieces(): AsyncGenerator<CompletionEvent> {
    yield { type: "text", text: "one" };
    throw error;
  }
  const app = new Elysia().get("/", ({ request }) => streamedCompletion(request, log, pieces));
  const read = await readCompletion(await app.handle(new Request("http://localhost/")));
  return { read, lines };
}

test("an error of ours in the middle of a stream is logged whole, and shown without its inside", async () => {
  const { read, lines } = await broken(new TypeError("the inside of it"));
  expect(read).toMatchObject({ texts: ["one"], done: null, error: { error: { code: "INTERNAL_ERROR" } } });
  expect(JSON.stringify(read)).not.toContain("the inside");
  expect(lines).toEqual([
    expect.objectContaining({
      level: 50,
      code: "INTERNAL_ERROR",
      request_id: read.error?.request_id,
      err: expect.objectContaining({ type: "TypeError", message: "the inside of it" }),
    }),
  ]);
});

test("so is a provider's failure", async () => {
  const { lines } = await broken(new AppError("SERVICE_UNAVAILABLE", "It broke off."));
  expect(lines).toEqual([expect.objectContaining({ code: "SERVICE_UNAVAILABLE", msg: "It broke off." })]);
});

test("a caller who left is no error", async () => {
  const left = new AppError("SERVICE_UNAVAILABLE", "The call was cancelled.", { reason: "cancelled" });
  expect((await broken(left)).lines).toEqual([expect.objectContaining({ level: 30 })]);
});

test("a caller's own fault is not", async () => {
  expect((await broken(new AppError("BAD_REQUEST", "too long"))).lines).toEqual([]);
});

describe("an answer that is long in coming", () => {
  const PATIENCE_MS = 20;

  function waiting() {
    const { promise, resolve, reject } = Promise.withResolvers<CompletionEvent>();
    const ended = Promise.withResolvers<void>();
    async function* pieces(signal: AbortSignal): AsyncGenerator<CompletionEvent> {
      signal.addEventListener("abort", () => reject(new AppError("SERVICE_UNAVAILABLE", "left")));
      try {
        yield await promise;
      } finally {
        ended.resolve();
      }
    }
    const app = new Elysia().get("/", ({ request }) =>
      streamedCompletion(request, pino({ level: "silent" }), pieces, PATIENCE_MS),
    );
    const response = app.handle(new Request("http://localhost/"));
    return { response, resolve, reject, ended: ended.promise };
  }

  test("is begun without its first piece, so that the connection can be kept open", async () => {
    const { response, resolve } = waiting();
    const begun = await response;
    expect(begun.headers.get("content-type")).toStartWith("text/event-stream");
    resolve({ type: "text", text: "at last" });
    expect(await readCompletion(begun)).toMatchObject({ texts: ["at last"], error: null });
  });

  test("and then fails in an event", async () => {
    const { response, reject } = waiting();
    const begun = await response;
    reject(new AppError("SERVICE_UNAVAILABLE", "It broke off."));
    expect(await readCompletion(begun)).toMatchObject({ names: ["error"], done: null });
  });

  test("is ended when its reader leaves before that", async () => {
    const { response, ended } = waiting();
    await (await response).body?.cancel();
    await ended;
  });
});

test("an answer whose reader left before reading anything is ended all the same", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  async function* pieces(): AsyncGenerator<CompletionEvent> {
    try {
      yield { type: "text", text: "one" };
    } finally {
      resolve("ended");
    }
  }
  const app = new Elysia().get("/", ({ request }) =>
    streamedCompletion(request, pino({ level: "silent" }), pieces),
  );
  await (await app.handle(new Request("http://localhost/"))).body?.cancel();
  expect(await ended).toBe("ended");
});
