import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import type { Benchmark } from "../../src/domain/benchmarks/benchmark.ts";
import type { Trial } from "../../src/domain/benchmarks/trial.ts";
import type { Page } from "../../src/domain/page.ts";
import { createCli } from "../support/server/cli.ts";
import type { Running } from "../support/server/process.ts";
import { openSocket } from "../support/server/socket.ts";
import { tempDirs } from "../support/temp-dir.ts";
import { waitUntil } from "../support/timing/waiting.ts";
import { createUpstream, type Upstream } from "../support/upstream/index.ts";

const tempDir = tempDirs();
const cli = createCli();
const ADMIN = { ADMIN_USERNAME: "root", ADMIN_PASSWORD: "correct horse" };
const STACK = /^\s+at /m;

async function call<Body>(
  url: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {},
) {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

async function login(url: string): Promise<string> {
  const body = { username: ADMIN.ADMIN_USERNAME, password: ADMIN.ADMIN_PASSWORD };
  return (await call<{ token: string }>(url, "/v1/auth/login", { body })).body.token;
}

/** A connection that is kept open after an answer. */
async function keepAlive(url: string): Promise<{ ended: Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => undefined);
  socket.write(`GET /health HTTP/1.1\r\nHost: ${hostname}\r\nConnection: keep-alive\r\n\r\n`);
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  return { ended };
}

const logLines = ({ output }: Running): Record<string, unknown>[] =>
  output.stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));

describe("the first start", () => {
  test("in development creates an admin and prints its name and password; the next start does not", async () => {
    const DATA_DIR = tempDir();
    const first = await cli.serve({ DATA_DIR });
    await first.server.said("password  ");
    const { stdout } = first.server.output;
    const [, password = ""] = /password {2}(\S+)/.exec(stdout) ?? [];
    expect(stdout).toInclude(`LLM Test Bench ${first.url}`);
    expect(stdout).toMatch(/username {2}admin/);
    const body = { username: "admin", password };
    expect((await call(first.url, "/v1/auth/login", { body })).status).toBe(200);
    first.server.process.kill("SIGINT");
    expect(await first.server.ended()).toBe(0);

    const second = await cli.serve({ DATA_DIR });
    expect((await call(second.url, "/v1/auth/login", { body })).status).toBe(200);
    second.server.process.kill("SIGTERM");
    expect(await second.server.ended()).toBe(0);
    expect(second.server.output.stdout).not.toInclude("password  ");
    expect(second.server.output.stdout).not.toInclude(password);
  });

  test("in production creates only the admin of the settings, and prints only log lines, without secrets", async () => {
    const env = {
      DATA_DIR: tempDir(),
      NODE_ENV: "production",
      JWT_SECRET: "a-secret-that-nobody-may-ever-see-in-a-log",
      OPENAI_API_KEY: "sk-nobody-may-see-this-either",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      DRAIN_SECONDS: "1",
      ...ADMIN,
    };
    const { server, url } = await cli.serve(env);
    expect(await login(url)).toBeString();
    server.process.kill("SIGTERM");
    await server.said('"msg":"stopping"');
    // In production the listener stays open in full, because a load balancer has to see it.
    expect((await call(url, "/ready")).status).toBe(503);
    expect(await server.ended()).toBe(0);
    const { stdout, stderr } = server.output;
    expect(stderr).toBe("");
    for (const line of stdout.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
    for (const secret of [env.JWT_SECRET, env.OPENAI_API_KEY, ADMIN.ADMIN_PASSWORD])
      expect(stdout).not.toInclude(secret);
    const lines = logLines(server);
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining([
        "starting",
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this version ignores it",
        "listening",
        "stopping",
      ]),
    );
    expect(lines.find(({ msg }) => msg === "starting")).toMatchObject({
      config: { node_env: "production", jwt_secret: "[redacted]", admin_username: "root" },
    });
  });
});

test.each([
  ["0.0.0.0:0", /^LLM Test Bench http:\/\/127\.0\.0\.1:(\d+) \(listens on 0\.0\.0\.0:\1\)$/m],
  ["[::1]:0", /^LLM Test Bench http:\/\/\[::1\]:\d+$/m],
])("a server that listens on %s prints an address that a browser can open", async (address, printed) => {
  const { server } = await cli.serve({ DATA_DIR: tempDir(), BIND_ADDRESS: address });
  await server.said("password  ");
  expect(server.output.stdout).toMatch(printed);
  const [, url = ""] = /^LLM Test Bench (\S+)/m.exec(server.output.stdout) ?? [];
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

describe("a second server", () => {
  test("on the same data is refused, and the first goes on", async () => {
    const DATA_DIR = tempDir();
    const { url } = await cli.serve({ DATA_DIR });
    const { code, stderr } = await cli.run(["serve"], { DATA_DIR, BIND_ADDRESS: "127.0.0.1:0" });
    expect([code, stderr]).toEqual([
      1,
      `Another server uses ${DATA_DIR}. Stop it, or choose another DATA_DIR.\n`,
    ]);
    expect((await call(url, "/health")).status).toBe(200);
  });

  test("on the same address is refused, and the first goes on", async () => {
    const { url } = await cli.serve({ DATA_DIR: tempDir() });
    const { host, port } = new URL(url);
    const { code, stderr } = await cli.run(["serve"], { DATA_DIR: tempDir(), BIND_ADDRESS: host });
    expect(code).toBe(1);
    expect(stderr).toInclude(port);
    expect(stderr).not.toMatch(STACK);
    expect((await call(url, "/health")).status).toBe(200);
  });
});

describe("a signal", () => {
  test("closes connections, sockets and the running benchmark in order; the next start finishes the benchmark", async () => {
    const env = { DATA_DIR: tempDir(), ...ADMIN };
    const first = await cli.serve(env);
    const token = await login(first.url);
    const connection = await keepAlive(first.url);
    const socket = await openSocket(first.url, token);
    const request = {
      name: "long",
      providers: [{ provider: "mock", model: "mock?latency_ms=20" }],
      dataset: "arithmetic?size=3000",
      metrics: ["accuracy"],
    };
    const { body: started } = await call<Benchmark>(first.url, "/v1/benchmarks", { token, body: request });
    const path = `/v1/benchmarks/${started.benchmark_id}`;
    const read = async (url: string) => (await call<Benchmark>(url, path, { token })).body;
    await waitUntil(async () => (await read(first.url)).progress !== 0);

    first.server.process.kill("SIGTERM");
    expect((await socket.closed).code).toBe(1001);
    await connection.ended;
    expect(await first.server.ended()).toBe(0);
    expect(first.server.output.stderr).toBe("");
    expect(logLines(first.server)).toContainEqual(
      expect.objectContaining({ msg: "stopping", signal: "SIGTERM" }),
    );

    const second = await cli.serve(env);
    const resumed = await read(second.url);
    expect(["pending", "running"]).toContain(resumed.status);
    expect(resumed.progress).toBeWithin(0.001, 1);
    await waitUntil(async () => (await read(second.url)).progress >= 1);
    const finished = await read(second.url);
    expect(finished).toMatchObject({ status: "completed", trials: 3_000, error: null });
    expect(finished.results?.runs[0]).toMatchObject({
      trials: 3_000,
      outcomes: { scored: 3_000, provider_error: 0 },
    });
    const { body: trials } = await call<Page<Trial>>(second.url, `${path}/trials?page_size=1`, { token });
    expect(trials.total).toBe(3_000);
  });

  const QUESTION = { provider: "openai", model: "gpt-4o-mini", prompt: "What is 2 + 2?" };
  const overUpstream = ({ url }: Upstream) => ({
    DATA_DIR: tempDir(),
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: `${url}/v1`,
    ...ADMIN,
  });

  test("lets a request that is under way be answered", async () => {
    const { promise: answer, resolve } = Promise.withResolvers<string>();
    const upstream = createUpstream({ answer: () => answer });
    const { server, url } = await cli.serve(overUpstream(upstream));
    const token = await login(url);
    const answering = call<{ text: string }>(url, "/v1/completions", { token, body: QUESTION });
    await waitUntil(() => upstream.calls === 1);
    server.process.kill("SIGTERM");
    await server.said('"msg":"stopping"');
    resolve("It is 4.");
    expect(await answering).toMatchObject({ status: 201, body: { text: "It is 4." } });
    expect(await server.ended()).toBe(0);
    await upstream.stop();
  });

  test("a second time ends the process at once", async () => {
    const upstream = createUpstream({ fault: "hang" });
    const { server, url } = await cli.serve(overUpstream(upstream));
    const token = await login(url);
    const asked = call(url, "/v1/completions", { token, body: QUESTION });
    const unanswered = asked.catch((error: Error) => error);
    await waitUntil(() => upstream.calls === 1);
    server.process.kill("SIGTERM");
    await server.said('"msg":"stopping"');
    expect(server.process.exitCode).toBeNull();
    server.process.kill("SIGINT");
    expect(await server.ended()).toBe(1);
    expect(await unanswered).toBeInstanceOf(Error);
    await upstream.stop();
  });
});
