import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createKey } from "../support/cast.ts";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";
import {
  type Code,
  type Envelope,
  expectRefused,
  ISO_TIME,
  STATUS_OF_CODE,
  UUID,
} from "../support/server/envelope.ts";
import { type Answer, startServer } from "../support/server/index.ts";

/** The document's chapters "Error Handling", "Rate Limiting" and "OpenAPI Documentation". */
let server: DocumentServer;
beforeAll(async () => {
  server = await startDocumentServer();
});
afterAll(() => server.stop());

const uuid = expect.stringMatching(UUID);
const time = expect.stringMatching(ISO_TIME);

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const within = (low: number, high: number) => (value: unknown) =>
  typeof value === "number" && value >= low && value <= high;

describe("Error Handling", () => {
  const asUser = (method: string, path: string, body?: object) => server.asUser<Envelope>(method, path, body);

  // 429 is below; 500 takes a broken database: see the test of the request log.
  const PROVOKED: Partial<Record<Code, () => Promise<Answer<Envelope>>>> = {
    BAD_REQUEST: () => asUser("POST", "/v1/completions", {}),
    UNAUTHORIZED: () => server.request("GET", "/v1/benchmarks"),
    FORBIDDEN: () => asUser("GET", "/v1/users"),
    NOT_FOUND: () => asUser("GET", "/v1/benchmarks/550e8400-e29b-41d4-a716-446655440000"),
    CONFLICT: () =>
      server.request("POST", "/v1/users", {
        token: server.token,
        body: { username: "user@example.com", password: "password" },
      }),
    PAYLOAD_TOO_LARGE: () => asUser("POST", "/v1/benchmarks", { name: "x".repeat(2_000_000) }),
    SERVICE_UNAVAILABLE: () =>
      asUser("POST", "/v1/completions", { provider: "mock", model: "mock?error=503", prompt: "x" }),
  };
  for (const [code, provoke] of Object.entries(PROVOKED)) {
    test(`${STATUS_OF_CODE[code as Code]} ${code}`, async () => {
      expectRefused(await provoke(), code as Code);
    });
  }

  test("the error response format", async () => {
    const { body } = await asUser("POST", "/v1/completions", {
      provider: "openai",
      model: "gpt-4",
      prompt: 1,
    });
    expect(body).toEqual({
      error: {
        code: "BAD_REQUEST",
        message: "prompt: must be a string, not a number",
        details: { field: "prompt", fault: "must be a string, not a number" },
      },
      request_id: uuid,
      timestamp: time,
    });
  });

  test("200 for what is read, 201 for what is created", async () => {
    expect((await asUser("GET", "/v1/benchmarks")).status).toBe(200);
    expect((await createKey(server, "viewer")).key).toStartWith("ltb_");
  });
});

describe("Rate Limiting", () => {
  /** The answers to as many requests at once, of a server with these limits. */
  async function answersAtOnce(
    count: number,
    limits: { rate_limit_rps: string; rate_limit_burst: string },
  ): Promise<Answer<Envelope>[]> {
    const limited = await startServer(limits);
    const ask = () => limited.request<Envelope>("GET", "/v1/benchmarks", { token: limited.token });
    try {
      return await Promise.all(Array.from({ length: count }, ask));
    } finally {
      await limited.stop();
    }
  }

  test("the headers, at the document's limits", async () => {
    const before_s = Math.floor(Date.now() / 1000);
    const answers = await answersAtOnce(40, { rate_limit_rps: "100", rate_limit_burst: "50" });
    const after_s = Math.ceil(Date.now() / 1000);
    for (const { headers } of answers) {
      expect(headers.get("x-ratelimit-limit")).toBe("100");
      expect(Number(headers.get("x-ratelimit-remaining"))).toSatisfy(within(0, 100));
      expect(Number(headers.get("x-ratelimit-reset"))).toSatisfy(within(before_s, after_s + 10));
    }
  });

  test("a refusal's body", async () => {
    const answers = await answersAtOnce(40, { rate_limit_rps: "1", rate_limit_burst: "0" });
    const refused = answers.find(({ status }) => status === 429);
    if (!refused) throw new Error("none of 40 requests was refused");
    const { code, message, retry_after } = expectRefused(refused, "RATE_LIMIT_EXCEEDED");
    expect(code).toBe("RATE_LIMIT_EXCEEDED");
    expect(message).toMatch(/^Rate limit exceeded\. Try again in \d+ seconds?\.$/);
    expect(retry_after).toSatisfy(isWhole);
    expect(message).toContain(` ${retry_after} `);
  });
});

describe("OpenAPI Documentation", () => {
  test("the page at /swagger-ui", async () => {
    const { status, headers, body } = await server.request<string>("GET", "/swagger-ui");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toStartWith("text/html");
    expect(body).toContain("swagger");
  });

  test("the document at /api-docs/openapi.json names every route of the document", async () => {
    const { status, body } = await server.request<{ openapi: string; paths: Record<string, object> }>(
      "GET",
      "/api-docs/openapi.json",
    );
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
    const named = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace(/(.)\/$/, "$1")}`),
    );
    expect(named).toEqual(
      expect.arrayContaining([
        "get /health",
        "post /v1/auth/login",
        "post /v1/auth/api-keys",
        "post /v1/completions",
        "post /v1/evaluations",
        "post /v1/benchmarks",
        "get /v1/benchmarks",
        "get /v1/benchmarks/{id}",
        "get /v1/plugins",
        "post /v1/plugins/{id}/execute",
      ]),
    );
  });
});
