import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ENDPOINTS, pathOf } from "../support/server/endpoints.ts";
import { type Envelope, expectRefused, expectStamped } from "../support/server/envelope.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { sendRaw } from "../support/server/raw-http.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    allowed_hosts: ["x", "api", "a.example", "my_service.internal", "bench.example.com"],
  });
});
afterAll(() => server.stop());

const asAdmin = (method: string, path: string) =>
  server.request<Envelope>(method, path, { token: server.token });
const raw = (line: string, ...headers: string[]) =>
  sendRaw<Envelope>(server.url, [line, `Authorization: Bearer ${server.token}`, ...headers]);

/** Two dots lead out of /v1, also if they are encoded. */
const isUnderV1 = (path: string): boolean => path.startsWith("/v1/") && !/\.\.|%2e/.test(path);

describe("an unknown path is 404 for a known caller, and 401 for others", () => {
  const PATHS = [
    "/v1/nothing",
    "/v1/completion",
    "/V1/completions",
    "/v1/%zz",
    "/v1/%",
    "/v1/%00",
    "/v1/%ff%fe",
    "/v1/%e0%a4%a",
    "/v1/../etc/passwd",
    "/v1/%2e%2e/%2e%2e/etc/passwd",
    "/v1//benchmarks",
    "//v1/benchmarks",
    "/v1/benchmarks//",
    "/v1/benchmarks/1/2/3",
    "/v1/benchmarks;a=b",
    "/v1/\\benchmarks",
    "/v1/<script>alert(1)</script>",
    "/v1/users/constructor/__proto__",
    "/v2/benchmarks",
  ];
  for (const path of PATHS) {
    test(path, async () => {
      const known = await raw(`GET ${path} HTTP/1.1`);
      expect(expectRefused(known, "NOT_FOUND").message).toStartWith("No route for this method at ");
      const unknown = await sendRaw<Envelope>(server.url, [`GET ${path} HTTP/1.1`]);
      expectRefused(unknown, isUnderV1(path) ? "UNAUTHORIZED" : "NOT_FOUND");
    });
  }

  test("a long path is shortened in the message", async () => {
    const { message } = expectRefused(await asAdmin("GET", `/v1/${"x".repeat(5_000)}`), "NOT_FOUND");
    expect(message.length).toBeLessThan(300);
  });
});

describe("a wrong method is 404, like an unknown path", () => {
  const paths = [...new Set(Object.entries(ENDPOINTS).map(([route, endpoint]) => pathOf(route, endpoint)))];
  // For GET, `batch` in /v1/evaluations/batch is an id.
  const patterns = Object.keys(ENDPOINTS).map(
    (route) => new RegExp(`^${route.replaceAll(/:\w+/g, "[^/]+")}$`),
  );
  const isKnown = (call: string): boolean => patterns.some((pattern) => pattern.test(call));

  for (const path of paths) {
    test(path, async () => {
      const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
      for (const method of methods.filter((name) => !isKnown(`${name} ${path}`)))
        expectRefused(await raw(`${method} ${path} HTTP/1.1`), "NOT_FOUND");
    });
  }
});

describe("HEAD", () => {
  for (const path of ["/health", "/v1/users", "/v1/providers"]) {
    test(`${path} answers as GET does, without the body`, async () => {
      const [head, get] = [await asAdmin("HEAD", path), await asAdmin("GET", path)];
      expect({ status: head.status, body: head.body as unknown }).toEqual({ status: 200, body: "" });
      expectStamped(head);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    });
  }

  test("an error has no body", async () => {
    const { status, body } = await server.request("HEAD", "/v1/users");
    expect({ status, body }).toEqual({ status: 401, body: "" });
    const missing = await asAdmin("HEAD", "/v1/nothing");
    expect({ status: missing.status, body: missing.body as unknown }).toEqual({ status: 404, body: "" });
    expectStamped(missing);
  });
});

test("OPTIONS is an unknown method if no origin is allowed", async () => {
  const headers = { origin: "https://myapp.com", "access-control-request-method": "GET" };
  const answer = await server.request<Envelope>("OPTIONS", "/v1/benchmarks", { headers });
  expectRefused(answer, "UNAUTHORIZED");
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});

test("a slash at the end of a path is ignored", async () => {
  for (const path of ["/v1/users/", "/v1/auth/me/", "/v1/health/", "/health/"])
    expect((await asAdmin("GET", path)).status).toBe(200);
  const body = { username: "nobody", password: "password" };
  expectRefused(await server.request<Envelope>("POST", "/v1/auth/login/", { body }), "UNAUTHORIZED");
});

describe("headers", () => {
  test("of 12 KB are accepted", async () => {
    expect((await raw("GET /v1/auth/me HTTP/1.1", `X-Long: ${"x".repeat(12_000)}`)).status).toBe(200);
  });

  test("beyond 16 KB are refused by Bun itself, before the server sees a request: a bare 431", async () => {
    const { status, body } = await raw("GET /v1/auth/me HTTP/1.1", `X-Long: ${"x".repeat(60_000)}`);
    expect({ status, body: body as unknown }).toEqual({ status: 431, body: "" });
    expect((await asAdmin("GET", "/v1/auth/me")).status).toBe(200);
  });

  test("with nonsense in them do not harm the server", async () => {
    const odd = [
      "Content-Length: abc",
      "Accept: \u00ff\u00fe",
      "X-Forwarded-For: ' OR 1=1 --",
      "Cookie: __proto__=1",
      "Accept-Encoding: nothing;q=9",
      "If-None-Match: *",
      "Range: bytes=0-1",
    ];
    for (const header of odd) {
      const { status } = await raw("GET /v1/auth/me HTTP/1.1", header);
      expect([200, 400]).toContain(status);
    }
    expect((await asAdmin("GET", "/v1/auth/me")).status).toBe(200);
  });
});

test("a request that is not HTTP does not harm the server", async () => {
  for (const line of [
    "\0\0\0\0",
    "GET",
    "GET /v1/auth/me",
    "FETCH /v1/auth/me HTTP/1.1",
    "GET /v1/auth/me HTTP/9.9",
  ]) {
    const { status } = await sendRaw(server.url, [line]);
    expect(status).not.toBe(200);
  }
  expect((await asAdmin("GET", "/v1/auth/me")).status).toBe(200);
});

describe("a malformed Host header is refused for every path", () => {
  test.each([
    "x/health?",
    "x/v1/datasets?",
    "x?",
    "x#",
    "a b",
    "me@x",
    "x\\y",
    "x:99999",
    "x:port",
    "999.1.1.1",
    "[::1",
    "[g::1]",
    "%zz",
  ])("Host: %s", async (host) => {
    for (const path of ["/health", "/v1/users", "/graphql?query={version}", "/nothing"]) {
      const { field } = expectRefused(
        await raw(`GET ${path} HTTP/1.1`, `Host: ${host}`),
        "BAD_REQUEST",
      ).details;
      expect(field).toBe("Host");
    }
  });

  test.each(["x", "my_service.internal:3000", "127.0.0.1", "[::1]:3000", "bench.example.com."])(
    "Host: %s is accepted",
    async (host) => {
      expect((await raw("GET /v1/users?page=1 HTTP/1.1", `Host: ${host}`)).status).toBe(200);
    },
  );
});

describe("a path is read as the router reads it", () => {
  test.each(["x", "api", "a.example"])("under the short Host %s", async (host) => {
    for (const line of ["POST /metrics?/v1/completions HTTP/1.1", "GET //evil/v1/users HTTP/1.1"]) {
      const answer = await raw(line, `Host: ${host}`);
      expect(expectRefused(answer, "NOT_FOUND").message).toContain(line.split(/[ ?]/)[1] as string);
    }
    expect((await raw("GET /v1/users HTTP/1.1", `Host: ${host}`)).status).toBe(200);
  });

  test("of HTTP/1.0, which has no Host", async () => {
    const known = await sendRaw(
      server.url,
      ["GET /v1/users?page=1 HTTP/1.0", `Authorization: Bearer ${server.token}`],
      "",
      false,
    );
    expect(known.status).toBe(200);
    const twice = await sendRaw<Envelope>(
      server.url,
      ["GET /v1/users?page=1&page=1 HTTP/1.0", `Authorization: Bearer ${server.token}`],
      "",
      false,
    );
    expectRefused(twice, "BAD_REQUEST");
    const unknown = await sendRaw<Envelope>(server.url, ["GET /v1/nothing HTTP/1.0"], "", false);
    expectRefused(unknown, "UNAUTHORIZED");
    const version = await sendRaw(server.url, ["GET /graphql?query={version} HTTP/1.0"], "", false);
    expect(version.status).toBe(200);
    expect((await sendRaw(server.url, ["GET /health HTTP/1.0"], "", false)).status).toBe(200);
  });
});
