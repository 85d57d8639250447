import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Elysia } from "elysia";
import { body } from "../../../src/api/middleware/body.ts";
import { errors } from "../../../src/api/middleware/errors.ts";
import { contextOf, noAddress, openContext } from "../../../src/api/middleware/request-context.ts";
import { OPERATOR } from "../../../src/domain/permissions.ts";
import { createLog } from "../../../src/telemetry/log.ts";

const PATIENCE = { common_ms: 200, large_ms: 600 };
const UPLOAD_BYTES = 2 * 1024 * 1024;

/** The body's middleware as the server has it, with less patience. */
const app = new Elysia()
  .onRequest(({ request }) => void openContext(request, noAddress, OPERATOR))
  .use(errors(createLog("silent")))
  .use(body(PATIENCE))
  .post("/v1/completions", ({ body: read }) => ({ read }))
  .post("/v1/datasets", ({ request }) => contextOf(request).path);

beforeAll(() => void app.listen({ port: 0, hostname: "127.0.0.1" }));
afterAll(() => app.stop(true));

/** Sends a head, and then a byte now and then; answers what comes back, and after how many milliseconds. */
function trickle(path: string, headers: readonly string[]): Promise<{ text: string; after_ms: number }> {
  const socket = connect(app.server?.port ?? 0, "127.0.0.1");
  const head = [`POST ${path} HTTP/1.1`, "Host: localhost", "Content-Type: application/json", ...headers];
  const isChunked = headers.includes("Transfer-Encoding: chunked");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const sending = setInterval(() => socket.write(isChunked ? "1\r\n[\r\n" : "["), 50);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("data", (data) => {
      clearInterval(sending);
      socket.destroy();
      resolve({ text: String(data), after_ms: performance.now() - began });
    });
  });
}

describe("a body that comes byte by byte", () => {
  test.each([
    ["announced", "/v1/completions", "Content-Length: 1000", 0.2],
    ["in chunks", "/v1/completions", "Transfer-Encoding: chunked", 0.2],
    ["of a large kind", "/v1/datasets", `Content-Length: ${UPLOAD_BYTES}`, 0.6],
  ])("is not waited for for ever: %s", async (_how, path, header, limit_s) => {
    const { text, after_ms } = await trickle(path, [header]);
    expect(text).toStartWith("HTTP/1.1 400");
    expect(text).toInclude(`body: was not complete within ${limit_s} s`);
    expect(after_ms).toBeGreaterThan(limit_s * 1000 - 20);
  });

  test("gives its place among the uploads back", async () => {
    const headers = [`Content-Length: ${UPLOAD_BYTES}`];
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => trickle("/v1/datasets", headers)));
      for (const { text } of answers) expect(text).toStartWith("HTTP/1.1 400");
    }
  });
});

test("a body that comes whole is read at once", async () => {
  const response = await fetch(`http://127.0.0.1:${app.server?.port}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
  });
  expect(await response.json()).toEqual({ read: { a: 1 } });
});
