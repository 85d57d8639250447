import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runBenchmark } from "../../support/benchmarks.ts";
import { createUser } from "../../support/cast.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openSocket, type SocketMessage, type TestSocket } from "../../support/server/socket.ts";

const TOPICS = [
  "benchmark.progress",
  "dataset.progress",
  "evaluation.results",
  "plugin.events",
  "system.metrics",
  "request.logs",
];

let server: TestServer;
beforeAll(async () => {
  // Ten calls at once, so that a hundred simulated calls take some time.
  server = await startServer({ mock_concurrency: 10 });
});
afterAll(() => server.stop());

const asAdmin = (): Promise<TestSocket> => openSocket(server.url, server.token);
const subscribe = (topics: string[]) => ({ type: "subscribe", topics });

describe("permissions", () => {
  test("an admin may subscribe to all six topics", async () => {
    const socket = await asAdmin();
    expect(await socket.ask(subscribe(TOPICS))).toEqual({ type: "ack", message: "Subscribed to 6 topics" });
    await socket.close();
  });

  test.each([
    ["an unknown caller", null, "viewer"],
    ["a viewer", "viewer", "viewer"],
    ["a user", "user", "user"],
  ])("%s may subscribe to the topics that are not only for admins", async (_name, role, seen) => {
    const member = role === null ? undefined : await createUser(server, `a-${role}`, role);
    const socket = await openSocket(server.url, member?.token);
    socket.send({ ...subscribe(TOPICS), request_id: "all" });
    const refusalOf = (topic: string) => ({
      type: "error",
      request_id: "all",
      code: "FORBIDDEN",
      message: `topics: '${topic}': The role '${seen}' may not do this. Accepted roles: admin.`,
      details: { field: "topics", topic, action: "system.read", role: seen, accepted: ["admin"] },
    });
    expect([await socket.next(), await socket.next(), await socket.next()]).toEqual([
      refusalOf("system.metrics"),
      refusalOf("request.logs"),
      { type: "ack", request_id: "all", message: "Subscribed to 4 topics" },
    ]);
    await socket.close();
  });

  test("an unknown topic is an error that lists the known ones; the other topics are subscribed", async () => {
    const socket = await openSocket(server.url);
    socket.send({ ...subscribe(["benchmark.progres", "evaluation.results"]), request_id: "r" });
    expect(await socket.next()).toEqual({
      type: "error",
      request_id: "r",
      code: "BAD_REQUEST",
      message: "topics: unknown topic 'benchmark.progres'. Did you mean 'benchmark.progress'?",
      details: {
        field: "topics",
        fault: "unknown topic 'benchmark.progres'. Did you mean 'benchmark.progress'?",
        accepted: TOPICS,
        suggestion: "benchmark.progress",
      },
    });
    expect(await socket.next()).toEqual({ type: "ack", request_id: "r", message: "Subscribed to 1 topic" });
    await socket.close();
  });

  test("without a subscribed topic there is no ack", async () => {
    const socket = await openSocket(server.url);
    socket.send(subscribe(["nonsense", "__proto__"]));
    const answers = [await socket.next(), await socket.next(), await socket.ask({ type: "ping" })];
    expect(answers.map(({ type }) => type)).toEqual(["error", "error", "pong"]);
    await socket.close();
  });

  test("a repeated topic counts once", async () => {
    const socket = await openSocket(server.url);
    const topics = ["plugin.events", "plugin.events"];
    expect(await socket.ask(subscribe(topics))).toMatchObject({ message: "Subscribed to 1 topic" });
    expect(await socket.ask(subscribe(topics))).toMatchObject({ message: "Subscribed to 1 topic" });
    expect(await socket.ask({ type: "unsubscribe", topics })).toMatchObject({
      message: "Unsubscribed from 1 topic",
    });
    await socket.close();
  });
});

describe("benchmark.progress", () => {
  const isLast = ({ data }: SocketMessage) => (data as { progress: number }).progress === 1;

  test("reports a benchmark from pending to its end", async () => {
    const socket = await openSocket(server.url);
    await socket.ask(subscribe(["benchmark.progress"]));
    const { benchmark_id } = await runBenchmark(server, {
      providers: [{ provider: "mock", model: "mock?latency_ms=50" }],
      dataset: "arithmetic?size=100",
    });
    const events = await socket.until(isLast);
    const data = events.map((event) => event.data as { progress: number; status: string });
    expect(events[0]).toEqual({
      type: "event",
      topic: "benchmark.progress",
      data: { benchmark_id, progress: 0, status: "pending" },
      timestamp: expect.any(Number),
    });
    expect<unknown>(data[1]).toEqual({ benchmark_id, progress: 0, status: "running" });
    expect<unknown>(data.at(-1)).toEqual({ benchmark_id, progress: 1, status: "completed" });
    expect(data.slice(1, -1).every(({ status }) => status === "running")).toBe(true);
    expect(data.length).toBeGreaterThan(3);
    const progress = data.map((each) => each.progress);
    expect(progress).toEqual(progress.toSorted((left, right) => left - right));
    await socket.close();
  });

  test("an event is sent after the commit: a read then returns at least that progress", async () => {
    const socket = await openSocket(server.url);
    await socket.ask(subscribe(["benchmark.progress"]));
    const running = runBenchmark(server, {
      providers: [{ provider: "mock", model: "mock?latency_ms=30" }],
      dataset: "arithmetic?size=100",
    });
    for (let last = false; !last; ) {
      const event = await socket.next();
      const reported = event.data as { benchmark_id: string; progress: number; status: string };
      const path = `/v1/benchmarks/${reported.benchmark_id}`;
      const { body } = await server.request<{ progress: number; status: string; results: unknown }>(
        "GET",
        path,
        { token: server.token },
      );
      expect(body.progress).toBeGreaterThanOrEqual(reported.progress);
      last = isLast(event);
      if (last) expect(body).toMatchObject({ status: "completed", results: { runs: [{ trials: 100 }] } });
    }
    await running;
    await socket.close();
  });

  test("a cancelled benchmark's last event is cancelled, with progress 1", async () => {
    const socket = await openSocket(server.url);
    await socket.ask(subscribe(["benchmark.progress"]));
    const { body } = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
      token: server.token,
      body: {
        name: "slow",
        dataset: "starter",
        metrics: ["accuracy"],
        providers: [{ provider: "mock", model: "mock?latency_ms=60000" }],
      },
    });
    await server.request("POST", `/v1/benchmarks/${body.benchmark_id}/cancel`, { token: server.token });
    const { data } = (await socket.until(isLast)).at(-1) ?? {};
    expect(data).toEqual({ benchmark_id: body.benchmark_id, progress: 1, status: "cancelled" });
    // No event follows: the next message is the answer to the ping.
    expect(await socket.ask({ type: "ping", timestamp: 1 })).toEqual({ type: "pong", timestamp: 1 });
    await socket.close();
  });
});

describe("request.logs", () => {
  test("has an event for every request while a socket listens", async () => {
    const socket = await asAdmin();
    await socket.ask(subscribe(["request.logs"]));
    const { headers } = await server.request("GET", "/v1/metrics?page=1", { token: server.token });
    await server.request("GET", "/v1/nowhere", { headers: { "x-request-id": "mine" } });
    const { body: me } = await server.request<{ id: string }>("GET", "/v1/auth/me", { token: server.token });
    const lines = [await socket.next(), await socket.next(), await socket.next()];
    expect(lines[0]).toEqual({
      type: "event",
      topic: "request.logs",
      data: {
        request_id: headers.get("x-request-id"),
        method: "GET",
        path: "/v1/metrics",
        status: 200,
        duration_ms: expect.any(Number),
        caller: `user:${me.id}`,
      },
      timestamp: expect.any(Number),
    });
    expect(lines[1]?.data).toMatchObject({ request_id: "mine", status: 401, caller: "anonymous" });
    await socket.close();
  });

  test("never contains a credential", async () => {
    const socket = await asAdmin();
    await socket.ask(subscribe(["request.logs"]));
    await server.request("POST", "/v1/auth/login", {
      body: { username: "admin", password: "wrong password" },
    });
    await server.request("GET", `/v1/metrics?token=${server.token}`, { token: server.token });
    const lines = JSON.stringify([await socket.next(), await socket.next()]);
    expect(lines).not.toContain("wrong password");
    expect(lines).not.toContain(server.token);
    await socket.close();
  });
});

describe("several sockets", () => {
  const evaluate = () =>
    server.request<{ evaluation_id: string }>("POST", "/v1/evaluations", {
      token: server.token,
      body: {
        provider: "openai",
        model: "gpt-4",
        input: "2+2?",
        output: "4",
        expected: "4",
        metrics: ["exact_match"],
      },
    });

  test("all that listen get the event; when one leaves the others still do", async () => {
    const [staying, leaving, unsubscribing] = [
      await openSocket(server.url),
      await openSocket(server.url),
      await openSocket(server.url),
    ];
    const all = [staying, leaving, unsubscribing];
    for (const socket of all) await socket.ask(subscribe(["evaluation.results"]));
    const { body } = await evaluate();
    for (const socket of all) expect(await socket.next()).toMatchObject({ data: body });
    await leaving.close();
    await unsubscribing.ask({ type: "unsubscribe", topics: ["evaluation.results"] });
    const second = (await evaluate()).body;
    expect(await staying.next()).toMatchObject({ data: second });
    expect(await unsubscribing.ask({ type: "ping", timestamp: 1 })).toEqual({ type: "pong", timestamp: 1 });
    await Promise.all([staying.close(), unsubscribing.close()]);
  });

  test("a socket does not get events of other topics", async () => {
    const socket = await openSocket(server.url);
    await socket.ask(subscribe(["plugin.events", "benchmark.progress"]));
    await evaluate();
    expect(await socket.ask({ type: "ping", timestamp: 1 })).toEqual({ type: "pong", timestamp: 1 });
    await socket.close();
  });
});
