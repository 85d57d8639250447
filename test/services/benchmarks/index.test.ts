import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ITERATIONS_MAX } from "../../../src/domain/benchmarks/benchmark.ts";
import {
  type BenchmarkRequest,
  finishedBenchmark,
  getBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../support/benchmarks.ts";
import { createUser } from "../../support/cast.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const SLOW = { providers: [{ provider: "mock", model: "mock?latency_ms=60000" }] };
const act = (method: string, path: string, token = server.token) =>
  server.request<{ error?: { code: string; details: unknown } }>(method, `/v1/benchmarks/${path}`, { token });

describe("a benchmark that can't be run is refused before a call is made", () => {
  const refusal = async (request: BenchmarkRequest) => {
    const { status, body } = await requestBenchmark<Refusal>(server, request);
    return { status, ...body.error };
  };

  test("an unknown provider: lists the known ones, and the nearest", async () => {
    expect(
      await refusal({
        providers: [
          { provider: "baseline", model: "first" },
          { provider: "opena", model: "gpt-4" },
        ],
      }),
    ).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      details: { field: "providers.1.provider", suggestion: "openai" },
    });
  });

  test("a model name that the provider can't have", async () => {
    expect(await refusal({ providers: [{ provider: "baseline", model: "secnd" }] })).toMatchObject({
      status: 400,
      details: { field: "providers.0.model" },
    });
  });

  test("a provider that is not configured: 503 naming the variable", async () => {
    expect(await refusal({ providers: [{ provider: "openai", model: "gpt-4" }] })).toMatchObject({
      status: 503,
      code: "SERVICE_UNAVAILABLE",
      details: { provider: "openai", reason: "not_configured", requires: ["OPENAI_API_KEY"] },
    });
  });

  test.each([
    ["dataset", { dataset: "startr" }, "starter"],
    ["group", { dataset: "starter/no-such-group" }, undefined],
    ["metric", { metrics: ["acuracy"] }, "accuracy"],
  ])("a %s nobody knows", async (noun, request, suggestion) => {
    const { status, details } = await refusal(request);
    expect(status).toBe(400);
    expect(details).toMatchObject({ accepted: expect.any(Array), ...(suggestion ? { suggestion } : {}) });
    expect(details?.field).toBe(noun === "metric" ? "metrics.0" : "dataset");
  });

  test("a metric that needs a field no sample has", async () => {
    const dataset = await uploadDataset(server, "without-answers", [{ input: "Why?" }, { input: "How?" }]);
    expect(await refusal({ dataset, metrics: ["latency", "accuracy"] })).toMatchObject({
      status: 400,
      details: { field: "metrics.1" },
      message: "metrics.1: 'accuracy' needs 'expected', which no sample of 'without-answers' has",
    });
  });

  test("a metric that no sample of the chosen group can serve", async () => {
    await uploadDataset(server, "half-answered", [
      { input: "a", expected: "b", group: "with" },
      { input: "c", group: "without" },
    ]);
    expect(await refusal({ dataset: "half-answered/without", metrics: ["accuracy"] })).toMatchObject({
      status: 400,
      details: { field: "metrics.0" },
      message: "metrics.0: 'accuracy' needs 'expected', which no sample of 'half-answered/without' has",
    });
  });

  test("two runs with the same name", async () => {
    const twice = { provider: "baseline", model: "first" };
    expect(await refusal({ providers: [twice, twice] })).toMatchObject({
      status: 400,
      details: { field: "providers.1" },
      message: "providers.1: a second run is named 'baseline/first': give each its own 'label'",
    });
    const same = [
      { ...twice, label: "same" },
      { provider: "baseline", model: "random", label: "same" },
    ];
    expect(await refusal({ providers: same })).toMatchObject({ status: 400 });
  });

  test("two runs of one model with labels are two runs", async () => {
    const twice = { provider: "baseline", model: "first" };
    const { results } = await runBenchmark(server, { providers: [twice, { ...twice, label: "again" }] });
    expect(results?.runs.map(({ run }) => run)).toEqual(["baseline/first", "again"]);
  });

  test("more trials than there may be, of one run or of all together", async () => {
    expect(await refusal({ iterations: ITERATIONS_MAX + 1 })).toMatchObject({
      status: 400,
      details: { field: "iterations" },
    });
    const providers = [
      { provider: "baseline", model: "first" },
      { provider: "baseline", model: "random" },
    ];
    expect(await refusal({ iterations: ITERATIONS_MAX / 2 + 1, providers })).toMatchObject({
      status: 400,
      details: { field: "iterations", accepted: { maximum: ITERATIONS_MAX / 2 } },
    });
  });

  test("none of the refused requests has left a benchmark", async () => {
    const { body } = await server.request<{ total: number }>("GET", "/v1/benchmarks", {
      token: server.token,
    });
    expect(body.total).toBe(1);
  });
});

describe("a created benchmark", () => {
  test("is returned as pending, with the document's fields first", async () => {
    const { status, body } = await requestBenchmark(server, SLOW);
    expect(status).toBe(201);
    expect(Object.keys(body).slice(0, 4)).toEqual(["benchmark_id", "status", "progress", "results"]);
    expect(body).toMatchObject({
      status: "pending",
      progress: 0,
      results: null,
      started_at: null,
      finished_at: null,
      error: null,
      name: "a benchmark",
      dataset: "starter",
      trials: 100,
    });
    await act("POST", `${body.benchmark_id}/cancel`);
  });

  test("a finished one has its times in order", async () => {
    const { created_at, started_at, finished_at } = await runBenchmark(server);
    expect([created_at, started_at, finished_at]).toEqual([created_at, started_at, finished_at].toSorted());
    expect(started_at).not.toBeNull();
    expect(finished_at).not.toBeNull();
  });

  test("trials come in pages, in a fixed order", async () => {
    const { benchmark_id } = await runBenchmark(server);
    const page = async (number: number) =>
      (
        await server.request<{ items: { sample_id: string }[]; total: number }>(
          "GET",
          `/v1/benchmarks/${benchmark_id}/trials?page=${number}&page_size=30`,
          { token: server.token },
        )
      ).body;
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.map(({ items }) => items.length)).toEqual([30, 30, 30, 10]);
    expect(pages.every(({ total }) => total === 100)).toBe(true);
    const ids = pages.flatMap(({ items }) => items.map(({ sample_id }) => sample_id));
    expect(ids).toEqual((await trialsOf(server, benchmark_id)).map(({ sample_id }) => sample_id));
    expect(new Set(ids).size).toBe(100);
  });
});

describe("cancel and delete", () => {
  test("only an open benchmark can be cancelled, only an ended one deleted", async () => {
    const { benchmark_id } = await startBenchmark(server, SLOW);
    expect(await act("DELETE", benchmark_id)).toMatchObject({
      status: 409,
      body: { error: { code: "CONFLICT" } },
    });
    expect(await act("POST", `${benchmark_id}/cancel`)).toMatchObject({ status: 200 });
    expect(await act("POST", `${benchmark_id}/cancel`)).toMatchObject({
      status: 409,
      body: { error: { code: "CONFLICT", details: { status: "cancelled" } } },
    });
    expect(await act("DELETE", benchmark_id)).toMatchObject({ status: 200, body: { deleted: true } });
    expect((await act("GET", benchmark_id)).status).toBe(404);
    expect((await act("GET", `${benchmark_id}/trials`)).status).toBe(404);
  });

  test("of two simultaneous cancels, one gets a conflict", async () => {
    const { benchmark_id } = await startBenchmark(server, SLOW);
    const answers = await Promise.all([1, 2].map(() => act("POST", `${benchmark_id}/cancel`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({
      body: {
        error: {
          message: "The benchmark has already ended: its status is cancelled.",
          details: { status: "cancelled" },
        },
      },
    });
  });

  test("a completed one can't be cancelled", async () => {
    const { benchmark_id } = await runBenchmark(server);
    expect((await act("POST", `${benchmark_id}/cancel`)).status).toBe(409);
    expect((await getBenchmark(server, benchmark_id)).status).toBe("completed");
  });

  test("deleting a benchmark deletes its trials, and no others", async () => {
    const [kept, gone] = [await runBenchmark(server), await runBenchmark(server)];
    await act("DELETE", gone.benchmark_id);
    expect((await act("GET", gone.benchmark_id)).status).toBe(404);
    expect(await trialsOf(server, kept.benchmark_id)).toHaveLength(100);
  });

  test("users may change only their own, an admin any", async () => {
    const ann = await createUser(server, "ann", "user");
    const bob = await createUser(server, "bob", "user");
    const cid = await createUser(server, "cid", "viewer");
    const { body } = await requestBenchmark(server, SLOW, ann.token);
    const { benchmark_id } = body;
    for (const { token } of [bob, cid]) {
      expect((await act("POST", `${benchmark_id}/cancel`, token)).status).toBe(403);
      expect((await act("DELETE", benchmark_id, token)).status).toBe(403);
    }
    expect((await act("POST", `${benchmark_id}/cancel`, ann.token)).status).toBe(200);
    expect((await act("DELETE", benchmark_id)).status).toBe(200);
    expect((await requestBenchmark(server, {}, cid.token)).status).toBe(403);
  });

  test("an unknown benchmark is 404", async () => {
    const id = "018c0000-0000-7000-8000-000000000000";
    expect((await act("POST", `${id}/cancel`)).status).toBe(404);
    expect((await act("DELETE", id)).status).toBe(404);
  });

  test("a dataset can't be deleted before its benchmarks", async () => {
    const dataset = await uploadDataset(server, "in-use", [{ input: "What is 1 + 1?", expected: "2" }]);
    const { body } = await server.request<{ items: { name: string; dataset_id: string }[] }>(
      "GET",
      "/v1/datasets?page_size=100",
      { token: server.token },
    );
    const { dataset_id = "" } = body.items.find(({ name }) => name === dataset) ?? {};
    const { benchmark_id } = await startBenchmark(server, {
      dataset,
      providers: [{ provider: "mock", model: "mock" }],
    });
    await finishedBenchmark(server, benchmark_id);
    const remove = () => server.request("DELETE", `/v1/datasets/${dataset_id}`, { token: server.token });
    expect((await remove()).status).toBe(409);
    await act("DELETE", benchmark_id);
    expect((await remove()).status).toBe(200);
  });
});
