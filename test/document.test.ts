import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DocumentServer, installCustomEvaluator, startDocumentServer } from "./support/document.ts";
import { type Envelope, expectRefused, ISO_TIME, UUID } from "./support/server/envelope.ts";

/**
 * The API document's examples of authentication and REST, in its order and as they are printed but for tokens and
 * ids. Its other chapters are in the folder beside this file.
 */
let server: DocumentServer;
beforeAll(async () => {
  server = await startDocumentServer();
});
afterAll(() => server.stop());

const text = expect.any(String);
const uuid = expect.stringMatching(UUID);
const time = expect.stringMatching(ISO_TIME);

/** `toMatchObject` of Bun writes matchers such as `text` into what it compares: it is given a copy. */
const expectFields = (body: object, fields: object): void => {
  expect(structuredClone(body)).toMatchObject(fields);
};

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const within = (low: number, high: number) => (value: unknown) =>
  typeof value === "number" && value >= low && value <= high;

describe("Authentication", () => {
  let token: string;
  let key: string;

  test("obtaining a token", async () => {
    const { status, body } = await server.request<{ token: string; expires_at: string }>(
      "POST",
      "/v1/auth/login",
      {
        headers: { "Content-Type": "application/json" },
        body: '{\n    "username": "user@example.com",\n    "password": "password"\n  }',
      },
    );
    expect({ status, body }).toEqual({ status: 200, body: { token: text, expires_at: time } });
    expect(JSON.parse(atob(body.token.split(".")[0] ?? ""))).toEqual({ alg: "HS256", typ: "JWT" });
    expect((Date.parse(body.expires_at) - Date.now()) / 1000).toBeWithin(3_500, 3_601);
    token = body.token;
  });

  test("using the token", async () => {
    const { status, body } = await server.request("GET", "/v1/benchmarks", {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: { items: [], total: 0, page: 1, page_size: 20, total_pages: 0 },
    });
  });

  test("creating an API key", async () => {
    const sent = { name: "My API Key", role: "service" };
    const { status, body } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
      headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/json" },
      body: sent,
    });
    const form = expect.stringMatching(/^ltb_[a-z0-9]{32}$/);
    expect(status).toBe(201);
    expect<object>(structuredClone(body)).toEqual({ key: form, id: uuid, created_at: time });
    key = body.key;
  });

  test("using the API key", async () => {
    const headers = { "X-API-Key": key };
    expect((await server.request("GET", "/v1/benchmarks", { headers })).status).toBe(200);
    expect((await server.request("GET", "/v1/auth/me", { headers })).body).toMatchObject({ role: "service" });
  });
});

describe("REST API", () => {
  test("GET /health, and below the base URL", async () => {
    for (const path of ["/health", "/v1/health"]) {
      const { status, body } = await server.request<Record<string, unknown>>("GET", path);
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: "healthy", version: "1.0.0", timestamp: time, uptime_seconds: expect.any(Number) },
      });
      expect(body.uptime_seconds).toSatisfy(isWhole);
    }
  });

  test("POST /v1/completions", async () => {
    const { status, body } = await server.asUser<{ usage: Record<string, number> }>(
      "POST",
      "/v1/completions",
      {
        provider: "openai",
        model: "gpt-4",
        prompt: "What is the capital of France?",
        max_tokens: 100,
        temperature: 0.7,
      },
    );
    expect(status).toBe(201);
    const whole = expect.any(Number);
    expectFields(body, {
      text: "The capital of France is Paris.",
      model: "gpt-4",
      usage: { prompt_tokens: whole, completion_tokens: whole, total_tokens: whole },
      request_id: uuid,
      created_at: time,
    });
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = body.usage;
    for (const count of Object.values(body.usage)) expect(count).toSatisfy(isWhole);
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    expect(server.upstream.requests.at(-1)).toMatchObject({
      path: "/v1/chat/completions",
      body: { model: "gpt-4", temperature: 0.7 },
    });
  });

  test("POST /v1/evaluations: with its provider configured, the model judges its own output", async () => {
    interface Evaluation {
      score: number;
      metrics: Record<string, number>;
      methods: Record<string, string>;
    }
    const { status, body } = await server.asUser<Evaluation>("POST", "/v1/evaluations", {
      provider: "openai",
      model: "gpt-4",
      input: "What is 2+2?",
      output: "The answer is 4.",
      expected: "4",
      metrics: ["faithfulness", "relevance", "coherence"],
    });
    expect(status).toBe(201);
    expectFields(body, { evaluation_id: uuid, created_at: time, judge: { model: "gpt-4", self: true } });
    expect(Object.keys(body.metrics)).toEqual(["faithfulness", "relevance", "coherence"]);
    for (const value of [body.score, ...Object.values(body.metrics)]) expect(value).toSatisfy(within(0, 1));
    expect(Object.values(body.methods)).toEqual(["judge", "judge", "judge"]);
  });

  interface Benchmark {
    benchmark_id: string;
    status: string;
    progress: number;
    results: { runs: Record<string, unknown>[] } | null;
  }
  let benchmark_id: string;

  test("POST /v1/benchmarks", async () => {
    const { status, body } = await server.asUser<Benchmark>("POST", "/v1/benchmarks", {
      name: "GPT-4 vs Claude Performance",
      providers: [
        { provider: "openai", model: "gpt-4" },
        { provider: "anthropic", model: "claude-3-opus-20240229" },
      ],
      dataset: "mmlu",
      metrics: ["accuracy", "latency", "cost"],
      iterations: 100,
    });
    expect(status).toBe(201);
    expectFields(body, { benchmark_id: uuid, status: "pending", progress: 0, results: null });
    benchmark_id = body.benchmark_id;
  });

  test("GET /v1/benchmarks/:id, until it is complete", async () => {
    const seen: Benchmark[] = [];
    do {
      const { status, body } = await server.asUser<Benchmark>("GET", `/v1/benchmarks/${benchmark_id}`);
      expect(status).toBe(200);
      expect(body.benchmark_id).toBe(benchmark_id);
      expect(body.progress).toSatisfy(within(seen.at(-1)?.progress ?? 0, 1));
      seen.push(body);
    } while (seen.at(-1)?.progress !== 1);
    for (const { status, results } of seen.slice(0, -1)) {
      expect(status).toBeOneOf(["pending", "running"]);
      expect(results).toBeNull();
    }
    expect(seen.at(-1)?.status).toBe("completed");
    const runs = seen.at(-1)?.results?.runs ?? [];
    expect(runs).toMatchObject([
      { provider: "openai", model: "gpt-4", trials: 100 },
      { provider: "anthropic", model: "claude-3-opus-20240229", trials: 100 },
    ]);
    for (const { metrics } of runs) {
      const value = expect.any(Number);
      expect(metrics).toMatchObject({
        accuracy: { value, n: 100 },
        latency: { value, unit: "ms" },
        cost: { value, unit: "usd" },
      });
    }
  });

  describe("plugins", () => {
    const INPUT = { input: { text: "Sample input", parameters: { threshold: 0.8 } } };
    let id: string;
    beforeAll(async () => {
      id = await installCustomEvaluator(server);
    });

    test("GET /v1/plugins?page=1&page_size=20", async () => {
      const { status, body } = await server.asUser<{ items: object[] }>(
        "GET",
        "/v1/plugins?page=1&page_size=20",
      );
      const page = { items: [expect.any(Object)], total: 1, page: 1, page_size: 20, total_pages: 1 };
      expect({ status, body }).toEqual({ status: 200, body: page });
      const plugin = {
        id,
        name: "custom-evaluator",
        version: "1.0.0",
        plugin_type: "evaluator",
        status: "ready",
      };
      expectFields(body.items[0] ?? {}, plugin);
    });

    test("POST /v1/plugins/:id/execute", async () => {
      const { status, body } = await server.asUser<object>("POST", `/v1/plugins/${id}/execute`, INPUT);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          output: { score: 0.92, details: "Evaluation completed successfully" },
          execution_time_ms: expect.any(Number),
          request_id: uuid,
        },
      });
    });

    test("the example's own id is nobody's", async () => {
      const path = "/v1/plugins/550e8400-e29b-41d4-a716-446655440000/execute";
      expectRefused(await server.asUser<Envelope>("POST", path, INPUT), "NOT_FOUND");
    });
  });

  describe("pagination", () => {
    type List = { items: Benchmark[] } & Record<"total" | "page" | "page_size" | "total_pages", number>;
    const list = async (query: string): Promise<List> =>
      (await server.asUser<List>("GET", `/v1/benchmarks${query}`)).body;

    beforeAll(async () => {
      for (let count = 0; count < 5; count++) {
        const providers = [{ provider: "baseline", model: "first" }];
        await server.asUser("POST", "/v1/benchmarks", {
          name: "n",
          providers,
          dataset: "mmlu",
          metrics: ["accuracy"],
          iterations: 1,
        });
      }
    });

    test("GET /v1/benchmarks?page=2&page_size=50", async () => {
      expect(await list("?page=2&page_size=50")).toEqual({
        items: [],
        total: 6,
        page: 2,
        page_size: 50,
        total_pages: 1,
      });
    });

    test("the defaults are page 1 of 20", async () => {
      const first = await list("");
      expect(first).toMatchObject({ total: 6, page: 1, page_size: 20, total_pages: 1 });
      expect(first.items).toHaveLength(6);
      expect(first.items.map(({ benchmark_id: id }) => id).at(-1)).toBe(benchmark_id);
    });

    test("pages hold each item once, newest first; the largest page is 100", async () => {
      const ids = (await list("?page_size=100")).items.map(({ benchmark_id: id }) => id);
      expect(ids).toEqual(ids.toSorted().reverse());
      const pages = await Promise.all([1, 2, 3].map((page) => list(`?page=${page}&page_size=2`)));
      expect(pages.flatMap(({ items }) => items.map(({ benchmark_id: id }) => id))).toEqual(ids);
      expect(pages.map(({ total_pages }) => total_pages)).toEqual([3, 3, 3]);
      expectRefused(await server.asUser<Envelope>("GET", "/v1/benchmarks?page_size=101"), "BAD_REQUEST");
    });
  });
});
