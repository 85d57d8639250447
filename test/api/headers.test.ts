import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Envelope, expectStamped, UUID } from "../support/server/envelope.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { sendRaw } from "../support/server/raw-http.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ rate_limit_rps: "1000" });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}, token = server.token) =>
  server.request<Envelope>("GET", path, { token, headers });

describe("X-Request-Id", () => {
  const KEPT = ["a", "req_123", "550e8400-e29b-41d4-a716-446655440000", "A-Z_0-9", "x".repeat(64)];
  for (const id of KEPT) {
    test(`'${id}' is kept, in the header and in an error's body`, async () => {
      const headers = { "x-request-id": id };
      expect((await get("/v1/auth/me", headers)).headers.get("x-request-id")).toBe(id);
      const refused = await get("/v1/nothing", headers);
      expect(refused.headers.get("x-request-id")).toBe(id);
      expect(refused.body.request_id).toBe(id);
    });
  }

  const REPLACED = [
    "",
    "x".repeat(65),
    "a b",
    "a.b",
    "a/b",
    "<script>",
    "ä",
    "req;1",
    '"quoted"',
    "a,b",
    "../../etc",
  ];
  for (const id of REPLACED) {
    test(`'${id}' is replaced by a new one`, async () => {
      const { headers, body } = await sendRaw<Envelope>(server.url, [
        "GET /v1/nothing HTTP/1.1",
        `X-Request-Id: ${id}`,
      ]);
      expect(headers.get("x-request-id")).toMatch(UUID);
      expect(body.request_id).toBe(headers.get("x-request-id") ?? "");
    });
  }

  test("sent twice is replaced", async () => {
    const lines = ["GET /health HTTP/1.1", "X-Request-Id: one", "X-Request-Id: two"];
    expect((await sendRaw(server.url, lines)).headers.get("x-request-id")).toMatch(UUID);
  });

  test("is new for each request without one", async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => (await get("/health")).headers.get("x-request-id")),
    );
    expect(new Set(ids).size).toBe(50);
  });
});

test("every response has the common headers and the rest of the rate limit", async () => {
  const answers = [
    await get("/v1/auth/me"),
    await get("/v1/auth/me", {}, "wrong"),
    await get("/v1/users?page=0"),
    await get("/v1/nothing"),
    await get("/nothing"),
    await get("/swagger-ui"),
    await get("/api-docs/openapi.json"),
    await get("/graphql", { accept: "text/html" }),
    await get("/graphql?query={version}"),
    await server.request("POST", "/graphql", { token: server.token, body: { query: "{ version health }" } }),
    await server.request("POST", "/v1/auth/login", { body: "{" }),
    await server.request("HEAD", "/v1/users", { token: server.token }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([
    200, 401, 400, 404, 404, 200, 200, 200, 200, 200, 400, 200,
  ]);
  for (const answer of answers) {
    expectStamped(answer);
    expect(answer.headers.get("x-ratelimit-limit")).toBe("1000");
    expect(answer.headers.get("x-ratelimit-remaining")).toMatch(/^\d{1,4}$/);
    expect(answer.headers.get("x-ratelimit-reset")).toMatch(/^\d{10}$/);
  }
});

test("health, readiness and metrics have the common headers too", async () => {
  for (const path of ["/health", "/v1/health", "/ready", "/metrics"]) expectStamped(await get(path));
});

test("JSON has its content type, and no header names the server's software", async () => {
  const { headers } = await get("/v1/auth/me");
  expect(headers.get("content-type")).toMatch(/^application\/json; ?charset=utf-8$/);
  for (const name of ["server", "x-powered-by", "via"]) expect(headers.get(name)).toBeNull();
});

/** One answer of every kind: JSON, errors, pages and their files, text, tables, streams and GraphQL. */
const kindsOfAnswers = async () => {
  const post = (path: string, body: object | string, headers = {}) =>
    server.request("POST", path, { token: server.token, body, headers });
  const call = { provider: "baseline", model: "echo", prompt: "Hello" };
  return {
    me: await get("/v1/auth/me"),
    login: await post("/v1/auth/login", { username: "admin", password: "wrong" }),
    "new key": await post("/v1/auth/api-keys", { name: "a", role: "service" }),
    completion: await post("/v1/completions", call),
    stream: await post("/v1/completions", { ...call, stream: true }),
    "OpenAI stream": await post("/v1/chat/completions", {
      model: "baseline/echo",
      messages: [{ role: "user", content: "Hello" }],
      stream: true,
    }),
    unauthorized: await get("/v1/auth/me", {}, "wrong"),
    "bad JSON": await post("/v1/completions", "{"),
    "no route": await get("/nothing"),
    "too large": await post("/v1/completions", "x".repeat(1_100_000)),
    "bad host": await get("/health", { host: "evil.com" }),
    health: await get("/health"),
    ready: await get("/ready"),
    metrics: await get("/metrics"),
    document: await get("/api-docs/openapi.json"),
    "Swagger UI": await get("/swagger-ui"),
    "file of a page": await get("/swagger-ui/start.js"),
    GraphiQL: await get("/graphql", { accept: "text/html" }),
    GraphQL: await post("/graphql", { query: "{ version }" }),
    "GraphQL fault": await post("/graphql", { query: "{" }),
    HEAD: await server.request("HEAD", "/v1/users", { token: server.token }),
    "plain /ws": await get("/ws"),
  };
};

test("every answer has the security headers, and only pages may be kept by a browser", async () => {
  const pages = ["Swagger UI", "file of a page", "GraphiQL"];
  for (const [kind, { headers }] of Object.entries(await kindsOfAnswers())) {
    const cache = headers.get("cache-control")?.split(", ")[0];
    expect([kind, cache]).toEqual([kind, pages.includes(kind) ? "no-cache" : "no-store"]);
    expect([kind, headers.get("x-content-type-options")]).toEqual([kind, "nosniff"]);
    expect([kind, headers.get("referrer-policy")]).toEqual([kind, "no-referrer"]);
    expect([kind, headers.get("content-security-policy")]).toEqual([
      kind,
      expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
    ]);
    expect([kind, headers.get("strict-transport-security")]).toEqual([kind, null]);
  }
});

test("HSTS_MAX_AGE sends Strict-Transport-Security with every answer", async () => {
  const strict = await startServer({ hsts_max_age: 31_536_000 });
  for (const path of ["/health", "/swagger-ui", "/nothing"]) {
    const { headers } = await strict.request("GET", path);
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  }
  await strict.stop();
});
