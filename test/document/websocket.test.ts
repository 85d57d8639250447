import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";
import { UUID } from "../support/server/envelope.ts";
import { openSocket, type SocketMessage } from "../support/server/socket.ts";

/** The document's WebSocket examples, without credentials as they are printed. */
let server: DocumentServer;
beforeAll(async () => {
  server = await startDocumentServer();
});
afterAll(() => server.stop());

const startBenchmark = () =>
  server.asUser<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
    name: "Model Comparison",
    providers: [{ provider: "openai", model: "gpt-4" }],
    dataset: "mmlu",
    metrics: ["accuracy"],
    iterations: 10,
  });

const isEnd = ({ data }: SocketMessage): boolean =>
  typeof data === "object" && data !== null && "status" in data && data.status === "completed";

test("Example (JavaScript)", async () => {
  const printed: unknown[][] = [];
  const console = {
    log: (...words: unknown[]) => void printed.push(words),
    error: (...words: unknown[]) => void printed.push(words),
  };
  const complete = Promise.withResolvers<void>();
  const acknowledged = Promise.withResolvers<void>();
  const disconnected = Promise.withResolvers<void>();

  const ws = new WebSocket(`${server.url.replace("http", "ws")}/ws`);

  ws.onopen = () => {
    console.log("Connected");

    // Subscribe to topics
    ws.send(
      JSON.stringify({
        type: "subscribe",
        topics: ["benchmark.progress"],
      }),
    );
  };

  ws.onmessage = (event) => {
    const msg = JSON.parse(event.data);

    if (msg.type === "event") {
      console.log(`Event on ${msg.topic}:`, msg.data);
    }
    if (msg.type === "ack") acknowledged.resolve();
    if (isEnd(msg)) complete.resolve();
  };

  ws.onerror = (error) => {
    console.error("WebSocket error:", error);
  };

  ws.onclose = () => {
    console.log("Disconnected");
    disconnected.resolve();
  };

  await acknowledged.promise;
  const { body } = await startBenchmark();
  await complete.promise;
  ws.close();
  await disconnected.promise;

  expect(printed[0]).toEqual(["Connected"]);
  expect(printed.at(-1)).toEqual(["Disconnected"]);
  const events = printed.slice(1, -1);
  for (const [words, data] of events) {
    expect(words).toBe("Event on benchmark.progress:");
    expect(data).toEqual({
      benchmark_id: body.benchmark_id,
      progress: expect.any(Number),
      status: expect.any(String),
    });
  }
  expect(events.at(-1)?.[1]).toMatchObject({ progress: 1, status: "completed" });
});

test("Example (CLI with wscat)", async () => {
  const socket = await openSocket(server.url);
  expect(await socket.ask('{"type": "subscribe", "topics": ["benchmark.progress"]}')).toEqual({
    type: "ack",
    message: "Subscribed to 1 topic",
  });
  const { body } = await startBenchmark();
  const events = await socket.until(isEnd);
  for (const event of events) {
    expect(Object.keys(event)).toEqual(expect.arrayContaining(["type", "topic", "data", "timestamp"]));
    expect(event).toMatchObject({ type: "event", topic: "benchmark.progress" });
    expect(event.data).toMatchObject({ benchmark_id: body.benchmark_id });
    // Unix milliseconds, as in the document.
    expect(Number(event.timestamp) / 1000).toBeWithin(Date.now() / 1000 - 60, Date.now() / 1000 + 60);
  }
  await socket.close();
});

describe("Message Types", () => {
  test("Subscribe, Unsubscribe, Ack", async () => {
    const socket = await openSocket(server.url);
    const topics = ["benchmark.progress", "evaluation.results"];
    expect(await socket.ask({ type: "subscribe", topics })).toEqual({
      type: "ack",
      message: "Subscribed to 2 topics",
    });
    expect(await socket.ask({ type: "unsubscribe", topics: ["benchmark.progress"] })).toMatchObject({
      type: "ack",
    });
    expect(await socket.ask({ type: "subscribe", request_id: "req_123", topics })).toEqual({
      type: "ack",
      request_id: "req_123",
      message: "Subscribed to 2 topics",
    });
    await socket.close();
  });

  test("Event on evaluation.results", async () => {
    const socket = await openSocket(server.url);
    await socket.ask({ type: "subscribe", topics: ["evaluation.results"] });
    const { body } = await server.asUser<{ evaluation_id: string }>("POST", "/v1/evaluations", {
      provider: "openai",
      model: "gpt-4",
      input: "What is 2+2?",
      output: "The answer is 4.",
      metrics: ["faithfulness", "relevance"],
    });
    expect(body.evaluation_id).toMatch(UUID);
    const event = await socket.next();
    expect(event).toMatchObject({
      type: "event",
      topic: "evaluation.results",
      data: { evaluation_id: body.evaluation_id },
    });
    await socket.close();
  });

  test("Ping/Pong", async () => {
    const socket = await openSocket(server.url);
    expect(await socket.ask({ type: "ping", timestamp: 1710936000000 })).toEqual({
      type: "pong",
      timestamp: 1710936000000,
    });
    await socket.close();
  });

  test("Error", async () => {
    const socket = await openSocket(server.url);
    expect(await socket.ask("no message at all")).toEqual({
      type: "error",
      code: "INVALID_MESSAGE",
      message: "Failed to parse message",
    });
    await socket.close();
  });
});

test("Available Topics: all five for an admin, three for who gives no name", async () => {
  const topics = [
    "benchmark.progress",
    "evaluation.results",
    "system.metrics",
    "plugin.events",
    "request.logs",
  ];
  const admin = await openSocket(server.url, server.token);
  expect(await admin.ask({ type: "subscribe", topics })).toMatchObject({
    type: "ack",
    message: "Subscribed to 5 topics",
  });
  await admin.close();
  const guest = await openSocket(server.url);
  guest.send({ type: "subscribe", topics });
  const answers = await guest.until(({ type }) => type === "ack");
  expect(answers.at(-1)).toMatchObject({ message: "Subscribed to 3 topics" });
  expect(answers.slice(0, -1)).toMatchObject([
    { type: "error", code: "FORBIDDEN" },
    { type: "error", code: "FORBIDDEN" },
  ]);
  await guest.close();
});
