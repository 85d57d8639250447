import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const LARGE = 2 * 1024 * 1024;
const SAMPLE = { input: "?", context: Array.from({ length: 40 }, () => "x".repeat(60_000)) };
const upload = (body: string) =>
  server.request<Envelope>("POST", "/v1/datasets", { token: server.token, body });

/** The head of a large upload whose body never comes: answers what the server says to it, if it says anything. */
function announce(token: string) {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const head = ["POST /v1/datasets HTTP/1.1", `Host: ${host}`, `Authorization: Bearer ${token}`];
  socket.write([...head, "Content-Type: application/json", `Content-Length: ${LARGE}`, "", "{"].join("\r\n"));
  const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  return { answer, hangUp: () => socket.destroy() };
}

/** Waits until a small part of the server's time has passed for whoever was announced. */
const settled = () => server.request("GET", "/health");

test("whoever may not upload is told before anything of the upload is read", async () => {
  const { body } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
    token: server.token,
    body: { name: "reader", role: "viewer" },
  });
  const { answer, hangUp } = announce(body.key);
  expect(await answer).toStartWith("HTTP/1.1 403");
  hangUp();
});

test("refused uploads give their place back, one after the other", async () => {
  const text = `{"name":"x","samples":[${" ".repeat(LARGE)}`;
  for (let round = 0; round < 6; round++)
    expect(expectRefused(await upload(text), "BAD_REQUEST").details.field).toBe("body");
});

test("so do those of the command line, which come by no network", async () => {
  const body = JSON.stringify({ name: "by-hand", samples: [SAMPLE] });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  for (let round = 0; round < 6; round++) {
    const request = new Request("http://localhost/v1/datasets", { method: "POST", body, headers });
    expect((await server.server.handleAsOperator(request)).status).toBeLessThanOrEqual(201);
  }
});

test("four at once are read; another is told to come back, and has its turn when one has left", async () => {
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
