import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Envelope, expectRefused, expectStamped } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const MINE = ["https://myapp.com", "https://staging.myapp.com"] as const;
const STRANGERS = [
  "https://evil.com",
  "http://myapp.com",
  "https://myapp.com:8443",
  "https://myapp.com.evil.com",
  "https://evilmyapp.com",
  "https://sub.myapp.com",
  "HTTPS://MYAPP.COM.",
  "null",
  "*",
  "",
];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ cors_origins: MINE.join(",") });
});
afterAll(() => server.stop());

const get = (path: string, origin: string, token?: string) =>
  server.request<Envelope>("GET", path, { headers: { origin }, ...(token ? { token } : {}) });

const preflight = (origin: string, path = "/v1/benchmarks", method = "POST") =>
  server.request<string>("OPTIONS", path, {
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type",
    },
  });

const listOf = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? "").split(",").map((item) => item.trim().toLowerCase());

for (const origin of MINE) {
  describe(origin, () => {
    test("may call, as its preflight says", async () => {
      const answer = await preflight(origin);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: "" });
      expectStamped(answer);
      const { headers } = answer;
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(listOf(headers, "access-control-allow-methods")).toEqual(["get", "post", "patch", "delete"]);
      expect(listOf(headers, "access-control-allow-headers")).toEqual(
        expect.arrayContaining(["authorization", "content-type", "x-api-key", "x-request-id"]),
      );
      expect(listOf(headers, "vary")).toContain("origin");
    });

    test("may read answers and errors, with the headers that it needs", async () => {
      const answers = [
        await get("/health", origin),
        await get("/v1/users", origin, server.token),
        await get("/v1/users", origin),
        await get("/v1/users?page=0", origin, server.token),
        await get("/v1/nothing", origin, server.token),
        await server.request("POST", "/v1/completions", {
          headers: { origin },
          body: "x".repeat(17_000_000),
          token: server.token,
        }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 400, 404, 413]);
      for (const { headers } of answers) {
        expect(headers.get("access-control-allow-origin")).toBe(origin);
        expect(headers.get("access-control-allow-credentials")).toBeNull();
        expect(listOf(headers, "access-control-expose-headers")).toEqual(
          expect.arrayContaining([
            "x-request-id",
            "x-api-version",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "retry-after",
          ]),
        );
        expect(listOf(headers, "vary")).toContain("origin");
      }
    });
  });
}

describe("every other origin", () => {
  for (const origin of STRANGERS) {
    test(`'${origin}' gets no permission`, async () => {
      expect((await preflight(origin)).headers.get("access-control-allow-origin")).toBeNull();
      expect(
        (await get("/v1/users", origin, server.token)).headers.get("access-control-allow-origin"),
      ).toBeNull();
    });
  }
});

test("after a preflight the request itself still needs credentials", async () => {
  await preflight(MINE[0]);
  expectRefused(await get("/v1/users", MINE[0]), "UNAUTHORIZED");
});

test("a preflight of an unknown path has the status of a known one", async () => {
  const [there, missing] = [await preflight(MINE[0]), await preflight(MINE[0], "/v1/nothing")];
  expect(missing.status).toBe(there.status);
});

test("without configured origins no response has CORS headers", async () => {
  const closed = await startServer();
  try {
    const answer = await closed.request("GET", "/health", { headers: { origin: MINE[0] } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  } finally {
    await closed.stop();
  }
});
