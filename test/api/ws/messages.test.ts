import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openSocket, type TestSocket } from "../../support/server/socket.ts";

let server: TestServer;
let socket: TestSocket;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  socket = await openSocket(server.url);
});
afterEach(() => socket.close());

const INVALID = { type: "error", code: "INVALID_MESSAGE", message: "Failed to parse message" };

describe("the API document's messages", () => {
  test("subscribe is acknowledged", async () => {
    const topics = ["benchmark.progress", "evaluation.results"];
    expect(await socket.ask({ type: "subscribe", topics })).toEqual({
      type: "ack",
      message: "Subscribed to 2 topics",
    });
    expect(await socket.ask({ type: "subscribe", topics: ["plugin.events"], request_id: "req_123" })).toEqual(
      {
        type: "ack",
        request_id: "req_123",
        message: "Subscribed to 1 topic",
      },
    );
  });

  test("unsubscribe is acknowledged with the number of topics that were subscribed", async () => {
    await socket.ask({ type: "subscribe", topics: ["benchmark.progress", "evaluation.results"] });
    const topics = ["benchmark.progress", "benchmark.progress", "plugin.events"];
    expect(await socket.ask({ type: "unsubscribe", topics, request_id: "req_4" })).toEqual({
      type: "ack",
      request_id: "req_4",
      message: "Unsubscribed from 1 topic",
    });
    expect(await socket.ask({ type: "unsubscribe", topics })).toEqual({
      type: "ack",
      message: "Unsubscribed from 0 topics",
    });
  });

  test("ping is answered by a pong with its own timestamp", async () => {
    expect(await socket.ask({ type: "ping", timestamp: 1710936000000 })).toEqual({
      type: "pong",
      timestamp: 1710936000000,
    });
    expect(await socket.ask({ type: "ping", timestamp: 0, request_id: "p" })).toEqual({
      type: "pong",
      timestamp: 0,
      request_id: "p",
    });
  });

  test("a ping without a timestamp gets the server's", async () => {
    const before = Date.now();
    const { type, timestamp } = await socket.ask({ type: "ping" });
    expect(type).toBe("pong");
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(Date.now());
  });

  test("an event has type, topic, data and timestamp, and nothing else", async () => {
    await socket.ask({ type: "subscribe", topics: ["evaluation.results"] });
    const before = Date.now();
    const { status, body } = await server.request("POST", "/v1/evaluations", {
      token: server.token,
      body: {
        provider: "openai",
        model: "gpt-4",
        input: "What is 2+2?",
        output: "4",
        expected: "4",
        metrics: ["exact_match"],
      },
    });
    expect(status).toBe(201);
    const event = await socket.next();
    expect(event).toEqual({
      type: "event",
      topic: "evaluation.results",
      data: body,
      timestamp: expect.any(Number),
    });
    expect(event.timestamp).toBeGreaterThanOrEqual(before);
  });

  test("JSON may have white space around it", async () => {
    expect(await socket.ask(' \n{"type": "ping", "timestamp": 5}\n')).toEqual({ type: "pong", timestamp: 5 });
  });
});

describe("invalid messages", () => {
  const DEEP = "[".repeat(30_000) + "]".repeat(30_000);
  test.each([
    ["malformed JSON", '{"type": "ping"'],
    ["no JSON at all", "hello"],
    ["nothing", ""],
    ["a number", "123"],
    ["a number with zeros before it", "007"],
    ["a text", '"ping"'],
    ["true", "true"],
    ["null", "null"],
    ["an empty array", "[]"],
    ["an array of messages", '[{"type":"ping"}]'],
    ["an object without type", '{"topics":["benchmark.progress"]}'],
    ["JSON nested 30,000 deep", DEEP],
    ["broken JSON nested 60,000 deep", "[".repeat(60_000)],
  ])("%s: INVALID_MESSAGE, and the socket stays open", async (_name, sent) => {
    expect(await socket.ask(sent)).toEqual(INVALID);
    expect(await socket.ask({ type: "ping", timestamp: 1 })).toEqual({ type: "pong", timestamp: 1 });
  });

  test("bytes: INVALID_MESSAGE", async () => {
    const bytes = new TextEncoder().encode('{"type":"ping","timestamp":1}');
    expect(await socket.ask(bytes)).toEqual(INVALID);
    expect(await socket.ask(Uint8Array.from([0, 255, 254]))).toEqual(INVALID);
  });

  test("the request_id is echoed if there is one", async () => {
    expect(await socket.ask({ request_id: "req_9" })).toEqual({ ...INVALID, request_id: "req_9" });
  });
});

describe("messages with faulty fields", () => {
  test("an unknown type lists the known ones", async () => {
    const answer = await socket.ask({ type: "subscibe", topics: ["benchmark.progress"], request_id: "r" });
    expect(answer).toEqual({
      type: "error",
      request_id: "r",
      code: "BAD_REQUEST",
      message: "type: must be one of auth, subscribe, unsubscribe, ping",
      details: {
        field: "type",
        fault: "must be one of auth, subscribe, unsubscribe, ping",
        accepted: ["auth", "subscribe", "unsubscribe", "ping"],
      },
    });
  });

  test.each(["__proto__", "constructor", "toString", "", 7, null])("type %p is unknown too", async (type) => {
    expect(await socket.ask(JSON.stringify({ type }))).toMatchObject({
      type: "error",
      code: "BAD_REQUEST",
      details: { field: "type" },
    });
  });

  test.each([
    ["topics missing", { type: "subscribe" }, "topics"],
    ["topics a text", { type: "subscribe", topics: "benchmark.progress" }, "topics"],
    ["topics empty", { type: "subscribe", topics: [] }, "topics"],
    ["a topic a number", { type: "subscribe", topics: ["benchmark.progress", 7] }, "topics.1"],
    ["too many topics", { type: "subscribe", topics: Array(101).fill("benchmark.progress") }, "topics"],
    ["a timestamp as text", { type: "ping", timestamp: "now" }, "timestamp"],
    ["a token as number", { type: "auth", token: 5 }, "token"],
    ["a token that is empty", { type: "auth", token: "" }, "token"],
    ["a request_id as number", { type: "ping", request_id: 5 }, "request_id"],
    ["a request_id too long", { type: "ping", request_id: "x".repeat(101) }, "request_id"],
  ])("%s: BAD_REQUEST names the field", async (_name, message, field) => {
    expect(await socket.ask(message)).toMatchObject({
      type: "error",
      code: "BAD_REQUEST",
      details: { field },
    });
  });

  test.each([
    ["a subscription's since", { type: "subscribe", topics: ["benchmark.progress"], since: 0 }, ["since"]],
    ["a misspelt topics", { type: "unsubscribe", topics: ["plugin.events"], topic: "x" }, ["topic"]],
    ["two of a ping", { type: "ping", time: 1, id: "a" }, ["time", "id"]],
    ["an auth's username", { type: "auth", token: "x", username: "ann" }, ["username"]],
  ])("an unknown field is named and nothing is done: %s", async (_name, message, fields) => {
    const { code, details } = (await socket.ask(message)) as {
      code: string;
      details: { field: string; fault: string; faults?: { field: string }[] };
    };
    expect(code).toBe("BAD_REQUEST");
    expect((details.faults ?? [details]).map(({ field }) => field)).toEqual(fields);
    expect(details.fault).toContain("is not a known field");
    expect(await socket.ask({ type: "unsubscribe", topics: ["benchmark.progress"] })).toEqual({
      type: "ack",
      message: "Unsubscribed from 0 topics",
    });
  });

  test("a field that is given twice is named, and nothing is done", async () => {
    const sent = '{"type":"subscribe","topics":["benchmark.progress"],"topics":["plugin.events"]}';
    expect(await socket.ask(sent)).toMatchObject({
      type: "error",
      code: "BAD_REQUEST",
      details: { field: "topics", fault: "is given more than once" },
    });
    expect(await socket.ask({ type: "unsubscribe", topics: ["plugin.events"] })).toMatchObject({
      message: "Unsubscribed from 0 topics",
    });
  });

  test("a request_id that is too long is shortened in the answer", async () => {
    const { request_id } = await socket.ask({ type: "ping", request_id: "y".repeat(5_000) });
    expect(request_id).toBe("y".repeat(100));
  });
});

describe("size", () => {
  const ping = (bytes: number): string => {
    const text = JSON.stringify({ type: "ping", timestamp: 1 });
    return text + " ".repeat(bytes - text.length);
  };

  test("64 KiB is accepted", async () => {
    expect(ping(65_536)).toHaveLength(65_536);
    expect(await socket.ask(ping(65_536))).toEqual({ type: "pong", timestamp: 1 });
  });

  test("one byte more closes this socket with 1009, and no other", async () => {
    const neighbour = await openSocket(server.url);
    socket.send(ping(65_537));
    expect(await socket.closed).toMatchObject({ code: 1009 });
    expect(await neighbour.ask({ type: "ping", timestamp: 2 })).toEqual({ type: "pong", timestamp: 2 });
    await neighbour.close();
  });

  test("JSON nested 200,000 deep is too large to be parsed", async () => {
    socket.send("[".repeat(200_000) + "]".repeat(200_000));
    expect(await socket.closed).toMatchObject({ code: 1009 });
    expect((await server.request("GET", "/health")).status).toBe(200);
  });
});

describe("order", () => {
  test("messages of one socket are answered in their order, however long each takes", async () => {
    const rounds = 20;
    for (let index = 0; index < rounds; index++) {
      // The check of a token takes more turns of the event loop than a ping.
      socket.send({ type: "auth", token: server.token, request_id: `auth-${index}` });
      socket.send({ type: "ping", timestamp: index, request_id: `ping-${index}` });
    }
    const answers: unknown[] = [];
    for (let index = 0; index < 2 * rounds; index++) answers.push((await socket.next()).request_id);
    const sent = Array.from({ length: rounds }, (_, index) => [`auth-${index}`, `ping-${index}`]);
    expect(answers).toEqual(sent.flat());
  });
});
