import { afterAll, beforeAll, expect, test } from "bun:test";
import { openSocket, type TestSocket } from "../../support/server/socket.ts";
import { type SocketServer, startSocketServer } from "../../support/server/socket-server.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const LOGS = { type: "subscribe", topics: ["request.logs"] };

let server: SocketServer;
beforeAll(async () => {
  server = await startSocketServer({
    auth_within_ms: 60_000,
    recheck_ms: 60_000,
    metrics_ms: 60_000,
    jwt_expiration: 600,
  });
});
afterAll(() => server.stop());

const open = async (): Promise<TestSocket> => openSocket(server.url, await server.login());
const isHeard = () => server.bus.hasListeners("request.logs");
const openSockets = () => server.prometheus.valueOf(server.prometheus.websocket_connections);

/** Waits until the server has noticed that a client closed its socket. */
async function untilOpen(count: number): Promise<void> {
  await waitUntil(async () => (await openSockets()) === count, { poll_ms: 1 });
}

test("the server listens to a topic only while a socket does", async () => {
  expect(isHeard()).toBe(false);
  const [first, second] = [await open(), await open()];
  await first.ask(LOGS);
  await first.ask(LOGS);
  await second.ask(LOGS);
  expect(isHeard()).toBe(true);
  await first.ask({ type: "unsubscribe", topics: ["request.logs"] });
  expect(isHeard()).toBe(true);
  await first.close();
  await second.close();
  await untilOpen(0);
  expect(isHeard()).toBe(false);
});

test("a socket that closes with unanswered messages leaves no subscription behind", async () => {
  const token = await server.login();
  for (let round = 0; round < 20; round++) {
    const socket = await openSocket(server.url);
    for (let count = 0; count < 5; count++) socket.send({ type: "auth", token: `${token}${count}` });
    socket.send({ type: "auth", token });
    socket.send(LOGS);
    await socket.close();
  }
  await untilOpen(0);
  // An answer to a later socket shows that everything sent before is answered.
  const last = await open();
  await last.ask({ type: "ping" });
  await last.close();
  await untilOpen(0);
  expect(isHeard()).toBe(false);
});

test("the gauge counts open sockets", async () => {
  const sockets = [await open(), await open(), await open()];
  expect(await openSockets()).toBe(3);
  await sockets[0]?.close();
  await untilOpen(2);
  await sockets[1]?.close();
  await sockets[2]?.close();
  await untilOpen(0);
});
