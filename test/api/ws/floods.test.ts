import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { SOCKET_LIMITS } from "../../../src/api/ws/limits.ts";
import {
  clientFrame,
  closeCodeIn,
  messagesIn,
  pingFrame,
  shakeHands,
} from "../../support/server/raw-socket.ts";
import { openSocket, type TestSocket } from "../../support/server/socket.ts";
import { type SocketServer, startSocketServer } from "../../support/server/socket-server.ts";

const LONG = { auth_within_ms: 60_000, recheck_ms: 60_000, metrics_ms: 60_000, jwt_expiration: 600 };
const FLOOD = 20_000;
const badToken = (index: number) => ({ type: "auth", token: `ltb_${String(index).padStart(32, "0")}` });

/** Writes frames as fast as the server takes them. Returns all that it sends until it ends the connection. */
async function flood(url: string, frames: Iterable<Buffer>): Promise<Buffer> {
  const { connection } = await shakeHands(url);
  const chunks: Buffer[] = [];
  const ended = new Promise((resolve) => connection.once("close", resolve));
  connection.on("data", (chunk: Buffer) => chunks.push(chunk));
  connection.on("error", () => undefined);
  for (const frame of frames) connection.write(frame);
  await ended;
  return Buffer.concat(chunks);
}

const times = (count: number, frame: (index: number) => Buffer): Iterable<Buffer> =>
  Array.from({ length: count }, (_, index) => frame(index));

describe("with the server's own limits", () => {
  let server: SocketServer;
  const open: TestSocket[] = [];
  beforeAll(async () => {
    server = await startSocketServer(LONG);
  });
  afterEach(() => Promise.all(open.splice(0).map((socket) => socket.close())));
  afterAll(() => server.stop());

  test("a flood of pings is answered up to the budget, then closed with 1008", async () => {
    const received = await flood(
      server.url,
      times(FLOOD, (timestamp) => clientFrame({ type: "ping", timestamp })),
    );
    expect(closeCodeIn(received)).toBe(1008);
    const answered = messagesIn(received).map(({ timestamp }) => Number(timestamp));
    expect(answered.length).toBeGreaterThanOrEqual(SOCKET_LIMITS.socket_rate.capacity);
    expect(answered.length).toBeLessThan(FLOOD / 10);
    expect(answered).toEqual([...answered.keys()]);
  });

  test.each([
    [
      "subscriptions",
      (index: number) =>
        clientFrame({ type: index % 2 ? "subscribe" : "unsubscribe", topics: ["benchmark.progress"] }),
    ],
    ["what is no message", () => clientFrame([])],
    ["pings of the protocol", pingFrame],
  ])("a flood of %s is closed with 1008", async (_name, frame) => {
    expect(closeCodeIn(await flood(server.url, times(FLOOD, frame)))).toBe(1008);
  });

  test("a flood of bad tokens looks up five of them at most, then is closed", async () => {
    const received = await flood(
      server.url,
      times(FLOOD, (index) => clientFrame(badToken(index))),
    );
    expect([1008, 4401]).toContain(closeCodeIn(received) ?? 0);
    expect(messagesIn(received).length).toBeLessThanOrEqual(SOCKET_LIMITS.failed_auth_max);
  });

  test("long messages cost more of the budget", async () => {
    const long = JSON.stringify({ type: "ping", timestamp: 1 }).padEnd(65_000);
    const socket = await openSocket(server.url);
    for (let sent = 0; sent < 20; sent++) socket.send(long);
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test("the fifth failed authentication closes the socket with 4401", async () => {
    const socket = await openSocket(server.url);
    for (let index = 0; index < 4; index++)
      expect(await socket.ask(badToken(index))).toMatchObject({ type: "error", code: "UNAUTHORIZED" });
    socket.send(badToken(4));
    expect(await socket.closed).toEqual({ code: 4401, reason: "Authentication failed 5 times" });
  });

  test("failures before a good token count, and four do not close", async () => {
    const socket = await openSocket(server.url);
    open.push(socket);
    for (let index = 0; index < 4; index++) await socket.ask(badToken(index));
    expect(await socket.ask({ type: "auth", token: await server.login() })).toMatchObject({ type: "ack" });
  });

  test("over 64 messages that wait for an answer close the socket with 1008", async () => {
    const token = await server.login();
    const waiting = times(100, () => clientFrame({ type: "ping", timestamp: 1 }));
    const bytes = Buffer.concat([clientFrame({ type: "auth", token }), ...waiting]);
    const received = await flood(server.url, [bytes]);
    expect(closeCodeIn(received)).toBe(1008);
  });

  test("64 messages behind a slow one are all answered", async () => {
    const socket = await openSocket(server.url);
    open.push(socket);
    socket.send({ type: "auth", token: await server.login() });
    for (let timestamp = 0; timestamp < 64; timestamp++) socket.send({ type: "ping", timestamp });
    expect(await socket.next()).toMatchObject({ type: "ack" });
    for (let timestamp = 0; timestamp < 64; timestamp++)
      expect(await socket.next()).toEqual({ type: "pong", timestamp });
  });
});

test("the deadline for authentication holds under a flood", async () => {
  const limits = {
    socket_rate: { per_second: 1e9, capacity: 1e9 },
    address_rate: { per_second: 1e9, capacity: 1e9 },
  };
  const server = await startSocketServer({ ...LONG, auth_within_ms: 300, limits });
  const { connection } = await shakeHands(server.url);
  const chunks: Buffer[] = [];
  let isOpen = true;
  connection.on("data", (chunk: Buffer) => chunks.push(chunk));
  connection.on("error", () => undefined);
  connection.once("close", () => {
    isOpen = false;
  });
  const burst = Buffer.concat([...times(500, () => clientFrame({ type: "ping", timestamp: 1 }))]);
  while (isOpen) {
    connection.write(burst);
    await Bun.sleep(0);
  }
  expect(closeCodeIn(Buffer.concat(chunks))).toBe(4401);
  await server.stop();
});

test("sockets of one address share its budget", async () => {
  const address_rate = { per_second: 1, capacity: 60 };
  const server = await startSocketServer({ ...LONG, limits: { address_rate } });
  const [first, second] = [await openSocket(server.url), await openSocket(server.url)];
  for (let index = 0; index < 50; index++) await first.ask({ type: "ping" });
  for (let index = 0; index < 50; index++) second.send({ type: "ping" });
  expect(await second.closed).toMatchObject({ code: 1008 });
  await first.close();
  await server.stop();
});

test("sockets are limited for each caller and in all, also after a message that authenticates", async () => {
  const server = await startSocketServer({ ...LONG, limits: { sockets_max: 5 } });
  const token = await server.login();
  const sockets = [await openSocket(server.url, token), await openSocket(server.url, token)];
  const asAnn = await shakeHands(server.url, { "Sec-WebSocket-Protocol": `bearer, ${token}` });
  expect(asAnn.status).toBe(429);
  expect(asAnn.headers.get("retry-after")).toBe("10");
  expect(JSON.parse(asAnn.body).error).toMatchObject({ details: { reason: "too_many_sockets", maximum: 2 } });

  const guest = await openSocket(server.url);
  guest.send({ type: "auth", token });
  expect(await guest.closed).toMatchObject({ code: 1013 });

  sockets.push(await openSocket(server.url), await openSocket(server.url));
  expect((await shakeHands(server.url)).status).toBe(429);
  await sockets[0]?.close();
  const again = await openSocket(server.url, token);
  await Promise.all([...sockets.slice(1), again].map((socket) => socket.close()));
  await server.stop();
});

test("a session that another process ended closes its socket at the next check", async () => {
  const server = await startSocketServer({ ...LONG, recheck_ms: 50 });
  const socket = await openSocket(server.url, await server.login());
  await server.revokeElsewhere();
  expect(await socket.closed).toEqual({ code: 4401, reason: "The token has been revoked. Log in again." });
  await server.stop();
});
