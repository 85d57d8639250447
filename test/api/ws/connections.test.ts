import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { clientFrame, closeCodeIn, messagesIn, shakeHands } from "../../support/server/raw-socket.ts";
import { openSocket, type SocketMessage } from "../../support/server/socket.ts";

const PATH_BYTES = 10_000;
/** Far more than the server's backlog and the system's socket buffers can hold. */
const EVENTS = 2_500;

/** Returns the number at the start of a logged request's path. */
const indexOf = ({ data }: SocketMessage): number => Number((data as { path: string }).path.split("/")[1]);

describe("a reader that is too slow", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test("is disconnected without losing an earlier event; other readers get every event", async () => {
    const subscribe = { type: "subscribe", topics: ["request.logs"] };
    const { connection: slow } = await shakeHands(server.url, {
      "Sec-WebSocket-Protocol": `bearer, ${server.token}`,
    });
    slow.write(clientFrame(subscribe));
    await new Promise((resolve) => slow.once("readable", resolve));
    slow.pause();
    const quick = await openSocket(server.url, server.token);
    await quick.ask(subscribe);

    const padding = "x".repeat(PATH_BYTES);
    for (let index = 0; index < EVENTS; index += 50) {
      const requests = Array.from({ length: 50 }, (_, offset) =>
        server.request("GET", `/${index + offset}/${padding}`),
      );
      await Promise.all(requests);
    }
    const received = new Set<number>();
    while (received.size < EVENTS) {
      const index = indexOf(await quick.next());
      if (Number.isInteger(index)) received.add(index);
    }
    expect(Math.max(...received)).toBe(EVENTS - 1);

    const chunks: Buffer[] = [];
    const ended = new Promise((resolve) => slow.once("close", resolve));
    slow.on("data", (chunk: Buffer) => chunks.push(chunk));
    slow.resume();
    await ended;
    const events = messagesIn(Buffer.concat(chunks)).filter(({ type }) => type === "event");
    const heard = events.map(indexOf).filter(Number.isInteger);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThan(EVENTS);
    // Requests of one round may end in any order, but no request of an earlier round may be missing.
    const last = Math.floor(Math.max(...heard) / 50) * 50;
    expect(heard.filter((index) => index < last).toSorted((a, b) => a - b)).toEqual([...Array(last).keys()]);
    expect(closeCodeIn(Buffer.concat(chunks))).toBe(1013);
    await quick.close();
  });
});

test("a server that stops closes every socket with 1001", async () => {
  const server = await startServer();
  const sockets = [await openSocket(server.url), await openSocket(server.url)];
  await sockets[0]?.ask({ type: "subscribe", topics: ["benchmark.progress"] });
  const [stopped, ...closed] = await Promise.all([server.stop(), ...sockets.map((socket) => socket.closed)]);
  expect(stopped).toBeUndefined();
  const going = { code: 1001, reason: "The server is stopping" };
  expect(closed).toEqual([going, going]);
});

test("ENABLE_WEBSOCKET=false removes /ws", async () => {
  const server = await startServer({ enable_websocket: false });
  const { status, connection } = await shakeHands(server.url);
  connection.destroy();
  expect(status).toBe(404);
  await server.stop();
});

test("a broken handshake is refused and holds no place", async () => {
  const server = await startServer();
  for (const broken of [{ "Sec-WebSocket-Key": "" }, { "Sec-WebSocket-Version": "7" }, { Upgrade: "h2c" }]) {
    const { status, connection } = await shakeHands(server.url, broken as Record<string, string>);
    connection.destroy();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  }
  await server.stop();
});

test("a plain request to /ws is refused with a 4xx status", async () => {
  const server = await startServer();
  const { status } = await server.request("GET", "/ws");
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  await server.stop();
});
