import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createKey, createUser } from "../../support/cast.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { askByHand, shakeHands } from "../../support/server/raw-socket.ts";
import { openSocket, type TestSocket } from "../../support/server/socket.ts";

const LOGS = { type: "subscribe", topics: ["request.logs"] };
const SUBSCRIBED = { type: "ack", message: "Subscribed to 1 topic" };

describe("WS_AUTH=optional", () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer();
    key = (await createKey(server, "admin")).key;
  });
  afterAll(() => server.stop());

  /** Fails unless the socket's caller is an admin. */
  async function expectAdmin(socket: TestSocket): Promise<void> {
    expect(await socket.ask(LOGS)).toEqual(SUBSCRIBED);
    await socket.close();
  }

  test.each([
    ["a Bearer token", () => ({ Authorization: `Bearer ${server.token}` })],
    ["an API key", () => ({ "X-API-Key": key })],
    ["an API key as Bearer token", () => ({ Authorization: `Bearer ${key}` })],
  ])("%s in the header", async (_name, headers) => {
    const handshake = await shakeHands(server.url, headers());
    expect(handshake.status).toBe(101);
    expect(await askByHand(handshake, LOGS)).toEqual(SUBSCRIBED);
    handshake.connection.destroy();
  });

  test("a token or key as the second subprotocol", async () => {
    for (const token of [server.token, key]) {
      const socket = await openSocket(server.url, token);
      expect(socket.protocol).toBe("bearer");
      await expectAdmin(socket);
    }
  });

  test("the response names only the subprotocol bearer, never the token", async () => {
    const offered = { "Sec-WebSocket-Protocol": `bearer, ${server.token}` };
    const { status, headers, connection } = await shakeHands(server.url, offered);
    connection.destroy();
    expect(status).toBe(101);
    expect(headers.get("sec-websocket-protocol")).toBe("bearer");
    expect(JSON.stringify([...headers])).not.toContain(server.token.slice(-20));
  });

  test("a client without a subprotocol gets none", async () => {
    const { status, headers, connection } = await shakeHands(server.url);
    connection.destroy();
    expect({ status, protocol: headers.get("sec-websocket-protocol") }).toEqual({
      status: 101,
      protocol: null,
    });
  });

  test("a first message", async () => {
    const socket = await openSocket(server.url);
    expect(await socket.ask(LOGS)).toMatchObject({ type: "error", code: "FORBIDDEN" });
    expect(await socket.ask({ type: "auth", token: server.token, request_id: "a" })).toEqual({
      type: "ack",
      request_id: "a",
      message: "Authenticated as admin",
    });
    await expectAdmin(socket);
  });

  test("a message with an API key", async () => {
    const socket = await openSocket(server.url);
    expect(await socket.ask({ type: "auth", token: key })).toMatchObject({ type: "ack" });
    await expectAdmin(socket);
  });

  test("a message with an invalid token is refused, and the caller stays the same", async () => {
    const socket = await openSocket(server.url, key);
    expect(await socket.ask({ type: "auth", token: "no.such.token", request_id: "b" })).toEqual({
      type: "error",
      request_id: "b",
      code: "UNAUTHORIZED",
      message: "The token is not valid or has expired. Log in again.",
      details: {},
    });
    await expectAdmin(socket);
  });

  test("a token in the query is ignored", async () => {
    const handshake = await shakeHands(server.url, {}, `/ws?token=${server.token}`);
    expect(handshake.status).toBe(101);
    expect(await askByHand(handshake, LOGS)).toMatchObject({
      type: "error",
      code: "FORBIDDEN",
      details: { role: "viewer" },
    });
    handshake.connection.destroy();
  });

  test.each([
    ["a bad token", { Authorization: "Bearer no.such.token" }],
    ["no Bearer", { Authorization: "Basic YWRtaW46YWRtaW4=" }],
    ["a bad key", { "X-API-Key": `ltb_${"a".repeat(32)}` }],
    ["a bad token as subprotocol", { "Sec-WebSocket-Protocol": "bearer, no.such.token" }],
  ])("%s is refused at the upgrade", async (_name, headers) => {
    const { status, headers: answered, body, connection } = await shakeHands(server.url, headers);
    connection.destroy();
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ error: { code: "UNAUTHORIZED" } });
    expect(answered.get("x-request-id")).toBe(JSON.parse(body).request_id);
  });

  test("a valid and an invalid credential together are refused", async () => {
    const headers = { Authorization: `Bearer ${server.token}`, "X-API-Key": `ltb_${"a".repeat(32)}` };
    const { status, connection } = await shakeHands(server.url, headers);
    connection.destroy();
    expect(status).toBe(401);
  });
});

describe("revoked credentials", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test("logout closes the token's sockets with 4401, and no others", async () => {
    const { username, password, token } = await createUser(server, "ann", "user");
    const elsewhere = await server.login(username, password);
    const socket = await openSocket(server.url, token);
    const late = await openSocket(server.url);
    await late.ask({ type: "auth", token });
    const other = await openSocket(server.url, elsewhere);
    expect((await server.request("POST", "/v1/auth/logout", { token })).status).toBe(200);
    const closed = { code: 4401, reason: "The token has been revoked. Log in again." };
    expect(await socket.closed).toEqual(closed);
    expect(await late.closed).toEqual(closed);
    expect(await other.ask({ type: "ping", timestamp: 1 })).toEqual({ type: "pong", timestamp: 1 });
    await other.close();
  });

  test("disabling a user closes the user's sockets, by token and by key", async () => {
    const { id, token } = await createUser(server, "bob", "admin");
    const { body } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
      token,
      body: { name: "bob's", role: "service" },
    });
    const socket = await openSocket(server.url, token);
    const byKey = await openSocket(server.url, body.key);
    await server.request("PATCH", `/v1/users/${id}`, { token: server.token, body: { disabled: true } });
    expect(await socket.closed).toMatchObject({ code: 4401 });
    expect(await byKey.closed).toMatchObject({ code: 4401 });
  });

  test("a new password closes the user's sockets", async () => {
    const { id, token } = await createUser(server, "cid", "user");
    const socket = await openSocket(server.url, token);
    await server.request("PATCH", `/v1/users/${id}`, {
      token: server.token,
      body: { password: "another long password" },
    });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  test("deleting an API key closes its sockets", async () => {
    const { id, key } = await createKey(server, "service");
    const socket = await openSocket(server.url, key);
    await server.request("DELETE", `/v1/auth/api-keys/${id}`, { token: server.token });
    expect(await socket.closed).toEqual({
      code: 4401,
      reason: "The API key is not valid or has been revoked. Create a new one.",
    });
  });

  test("a caller that loses a permission loses its topics, and keeps the others", async () => {
    const { id, token } = await createUser(server, "dan", "admin");
    const socket = await openSocket(server.url, token);
    await socket.ask({ type: "subscribe", topics: ["evaluation.results", "system.metrics"] });
    await server.request("PATCH", `/v1/users/${id}`, { token: server.token, body: { role: "viewer" } });
    expect(await socket.next()).toEqual({
      type: "error",
      code: "FORBIDDEN",
      message: "Your role no longer permits the topic 'system.metrics'. You are unsubscribed.",
      details: { topic: "system.metrics" },
    });
    expect(
      await socket.ask({ type: "unsubscribe", topics: ["system.metrics", "evaluation.results"] }),
    ).toEqual({ type: "ack", message: "Unsubscribed from 1 topic" });
    await socket.close();
  });

  test("a caller that authenticates again with fewer permissions loses their topics", async () => {
    const { token } = await createUser(server, "eve", "viewer");
    const socket = await openSocket(server.url, server.token);
    await socket.ask(LOGS);
    const messages = [await socket.ask({ type: "auth", token }), await socket.next()];
    expect(messages).toMatchObject([
      { type: "error", code: "FORBIDDEN", details: { topic: "request.logs" } },
      { type: "ack", message: "Authenticated as eve" },
    ]);
    await socket.close();
  });
});

describe("WS_AUTH=required", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ ws_auth: "required" });
  });
  afterAll(() => server.stop());

  test("an unknown caller can authenticate, and do nothing else", async () => {
    const socket = await openSocket(server.url);
    expect(await socket.ask({ type: "subscribe", topics: ["benchmark.progress"] })).toMatchObject({
      type: "error",
      code: "UNAUTHORIZED",
    });
    await socket.ask({ type: "auth", token: server.token });
    expect(await socket.ask(LOGS)).toEqual(SUBSCRIBED);
    await socket.close();
  });

  test("is the default in production", async () => {
    const production = await startServer({ node_env: "production", jwt_secret: "s".repeat(32) });
    const socket = await openSocket(production.url);
    expect(await socket.ask({ type: "subscribe", topics: ["benchmark.progress"] })).toMatchObject({
      code: "UNAUTHORIZED",
    });
    await production.stop();
  });
});

describe("browser pages", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ cors_origins: ["https://myapp.com"] });
  });
  afterAll(() => server.stop());

  const answerTo = async (Origin: string) => {
    const { status, body, connection } = await shakeHands(server.url, { Origin });
    connection.destroy();
    return { status, body };
  };

  test("of the server's own origin and of CORS_ORIGINS may open sockets", async () => {
    expect((await answerTo(server.url)).status).toBe(101);
    expect((await answerTo("https://myapp.com")).status).toBe(101);
  });

  test.each([
    "https://evil.example",
    "https://myapp.com.evil.example",
    "http://myapp.com",
    "null",
    "nonsense",
  ])("of %s may not", async (origin) => {
    const { status, body } = await answerTo(origin);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      error: { code: "FORBIDDEN", details: { field: "Origin" } },
    });
  });

  test("of other origins may not, even with valid credentials", async () => {
    const { status, connection } = await shakeHands(server.url, {
      Origin: "https://evil.example",
      Authorization: `Bearer ${server.token}`,
    });
    connection.destroy();
    expect(status).toBe(403);
  });

  test("of another port of the same host may not", async () => {
    const { port } = new URL(server.url);
    expect((await answerTo(`http://127.0.0.1:${Number(port) + 1}`)).status).toBe(403);
  });
});
