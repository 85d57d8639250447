import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { Elysia } from "elysia";
import { body } from "../../../src/api/middleware/body.ts";
import { errors } from "../../../src/api/middleware/errors.ts";
import { contextOf, noAddress, openContext } from "../../../src/api/middleware/request-context.ts";
import { OPERATOR } from "../../../src/domain/permissions.ts";
import { createLog } from "../../../src/telemetry/log.ts";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const LARGE = 2 * 1024 * 1024;

describe("a body that arrives slowly", () => {
  /** The server's middleware, with less patience. */
  const app = new Elysia()
    .onRequest(({ request }) => void openContext(request, noAddress, OPERATOR))
    .use(errors(createLog("silent")))
    .use(body({ common_ms: 200, large_ms: 600 }))
    .post("/v1/completions", ({ body: read }) => ({ read }))
    .post("/v1/datasets", ({ request }) => contextOf(request).path);

  beforeAll(() => void app.listen({ port: 0, hostname: "127.0.0.1" }));
  afterAll(() => app.stop(true));

  /** Sends a head, then one byte every 50 ms. Returns the response. */
  function trickle(path: string, headers: readonly string[]): Promise<string> {
    const socket = connect(app.server?.port ?? 0, "127.0.0.1");
    const head = [`POST ${path} HTTP/1.1`, "Host: localhost", "Content-Type: application/json", ...headers];
    const isChunked = headers.includes("Transfer-Encoding: chunked");
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const sending = setInterval(() => socket.write(isChunked ? "1\r\n[\r\n" : "["), 50);
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("data", (data) => {
        clearInterval(sending);
        socket.destroy();
        resolve(String(data));
      });
    });
  }

  test.each([
    ["announced", "/v1/completions", "Content-Length: 1000", 0.2],
    ["in chunks", "/v1/completions", "Transfer-Encoding: chunked", 0.2],
    ["large", "/v1/datasets", `Content-Length: ${LARGE}`, 0.6],
  ])("is refused after its time limit: %s", async (_how, path, header, limit_s) => {
    const text = await trickle(path, [header]);
    expect(text).toStartWith("HTTP/1.1 400");
    expect(text).toInclude(`body: was not complete within ${limit_s} s`);
  });

  test("gives its place among the uploads back", async () => {
    const headers = [`Content-Length: ${LARGE}`];
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => trickle("/v1/datasets", headers)));
      for (const text of answers) expect(text).toStartWith("HTTP/1.1 400");
    }
  });

  test("does not delay a body that arrives at once", async () => {
    const response = await fetch(`http://127.0.0.1:${app.server?.port}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    expect(await response.json()).toEqual({ read: { a: 1 } });
  });
});

describe("large uploads", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const SAMPLE = { input: "?", context: Array.from({ length: 40 }, () => "x".repeat(60_000)) };
  const upload = (text: string) =>
    server.request<Envelope>("POST", "/v1/datasets", { token: server.token, body: text });

  /** Sends the head of a large upload, but not its body. `answer` is the server's response, if there is one. */
  function announce(token: string) {
    const { hostname, port, host } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = ["POST /v1/datasets HTTP/1.1", `Host: ${host}`, `Authorization: Bearer ${token}`];
    const type = "Content-Type: application/json";
    socket.write([...head, type, `Content-Length: ${LARGE}`, "", "{"].join("\r\n"));
    const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    return { answer, hangUp: () => socket.destroy() };
  }

  /** Waits until the server has taken up the requests before this one. */
  const settled = () => server.request("GET", "/health");

  test("are refused without permission before anything of them is read", async () => {
    const { body: created } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
      token: server.token,
      body: { name: "reader", role: "viewer" },
    });
    const { answer, hangUp } = announce(created.key);
    expect(await answer).toStartWith("HTTP/1.1 403");
    hangUp();
  });

  test("that are refused give their place back, one after the other", async () => {
    const text = `{"name":"x","samples":[${" ".repeat(LARGE)}`;
    for (let round = 0; round < 6; round++)
      expect(expectRefused(await upload(text), "BAD_REQUEST").details.field).toBe("body");
  });

  test("of the command line, which do not come from the network, give their place back too", async () => {
    const text = JSON.stringify({ name: "by-hand", samples: [SAMPLE] });
    const headers = { "content-type": "application/json", "content-length": String(text.length) };
    for (let round = 0; round < 6; round++) {
      const request = new Request("http://localhost/v1/datasets", { method: "POST", body: text, headers });
      expect((await server.server.handleAsOperator(request)).status).toBeLessThanOrEqual(201);
    }
  });

  test("are read four at once; a fifth gets 503, and succeeds once one of them has left", async () => {
    const open = Array.from({ length: 4 }, () => announce(server.token));
    for (let round = 0; round < 5; round++) await settled();
    const text = JSON.stringify({ name: "fifth", samples: [SAMPLE] });
    const refused = await upload(text);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(refused.body.error.details).toMatchObject({ reason: "too_many_uploads", maximum: 4 });
    const small = await upload(JSON.stringify({ name: "small", samples: [{ input: "?" }] }));
    expect(small.status).toBe(201);
    open[0]?.hangUp();
    let answer = await upload(text);
    for (let left = 100; answer.status === 503 && left > 0; left--) answer = await upload(text);
    expect(answer.status).toBe(201);
    for (const each of open) each.hangUp();
  });
});
