import { afterAll, beforeAll, expect, test } from "bun:test";
import { openSocket } from "../../support/server/socket.ts";
import { type SocketServer, startSocketServer } from "../../support/server/socket-server.ts";

const PING = { type: "ping", timestamp: 1 };

let server: SocketServer;
beforeAll(async () => {
  server = await startSocketServer({
    auth_within_ms: 100,
    recheck_ms: 20,
    metrics_ms: 20,
    // Tokens live for this time or up to one second less, because they expire at whole seconds.
    jwt_expiration: 2,
  });
});
afterAll(() => server.stop());

test("a socket that does not authenticate in time is closed with 4401", async () => {
  const socket = await openSocket(server.url);
  expect(await socket.ask(PING)).toMatchObject({ type: "pong" });
  expect(await socket.closed).toEqual({ code: 4401, reason: "Authentication required" });
});

test("an invalid token does not extend the time limit", async () => {
  const socket = await openSocket(server.url);
  expect(await socket.ask({ type: "auth", token: "nonsense" })).toMatchObject({ code: "UNAUTHORIZED" });
  expect(await socket.closed).toMatchObject({ code: 4401 });
});

test("a socket that authenticates in time stays open until its token expires", async () => {
  const token = await server.login();
  const early = await openSocket(server.url, token);
  const late = await openSocket(server.url);
  await late.ask({ type: "auth", token });
  await Bun.sleep(200);
  expect(await early.ask(PING)).toMatchObject({ type: "pong" });
  expect(await late.ask(PING)).toMatchObject({ type: "pong" });
  const expired = { code: 4401, reason: "The token is not valid or has expired. Log in again." };
  expect(await early.closed).toEqual(expired);
  expect(await late.closed).toEqual(expired);
});

test("system.metrics is sent regularly while a socket listens", async () => {
  const socket = await openSocket(server.url, await server.login());
  await socket.ask({ type: "subscribe", topics: ["system.metrics"] });
  const events = [await socket.next(), await socket.next()];
  for (const event of events) {
    expect(event).toEqual({
      type: "event",
      topic: "system.metrics",
      data: {
        cpu_percent: expect.any(Number),
        memory_rss_bytes: expect.any(Number),
        event_loop_delay_ms: expect.any(Number),
        websocket_connections: 1,
        benchmarks_running: 0,
        trials_settled: 0,
        uptime_seconds: expect.any(Number),
      },
      timestamp: expect.any(Number),
    });
  }
  await socket.close();
});
