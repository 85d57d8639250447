import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { canonicalJson, sha256 } from "../../../src/base/hash.ts";
import type { Receipt, ReceiptComparison } from "../../../src/domain/benchmarks/receipt.ts";
import { createTrialOrder } from "../../../src/services/benchmarks/order/trial-order.ts";
import {
  type BenchmarkRequest,
  type Refusal,
  runBenchmark,
  startBenchmark,
} from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const read = <Body>(path: string) =>
  server.request<Body>("GET", `/v1/benchmarks/${path}`, { token: server.token });

async function ran(request: BenchmarkRequest = {}): Promise<string> {
  return (await runBenchmark(server, { iterations: 20, ...request })).benchmark_id;
}
const receiptOf = async (id: string) => (await read<Receipt>(`${id}/receipt`)).body;
const differences = async (a: string, b: string) =>
  (await read<ReceiptComparison>(`${a}/receipt/${b}`)).body.differences;

describe("a receipt", () => {
  test("states all that the results depend on, and its hash covers exactly that", async () => {
    const id = await ran({ params: { temperature: 0.5 }, seed: 7 });
    const { benchmark_id, name, created_at, finished_at, hash, ...facts } = await receiptOf(id);
    expect({ benchmark_id, name }).toEqual({ benchmark_id: id, name: "a benchmark" });
    expect(facts).toMatchObject({
      server_version: "1.0.0",
      dataset: { name: "starter", group: null, samples: 100 },
      order: { seed: 7, iterations: 20 },
      protocols: ["auto"],
      metrics: ["accuracy"],
      runs: [{ run: "baseline/first", params: { temperature: 0.5 }, models: { first: 20 } }],
    });
    expect(hash).toBe(sha256(canonicalJson(facts)));
  });

  test("hashes the order of the samples as 32-bit numbers", async () => {
    const { order } = await receiptOf(await ran({ seed: 3 }));
    const expected = createTrialOrder([...Array(100).keys()], 20, 3);
    const positions = Uint32Array.from({ length: 20 }, (_, index) => expected.at(index).position);
    expect(order.hash).toBe(sha256(new Uint8Array(positions.buffer)));
  });

  test("is the same when the same benchmark is run again", async () => {
    const [a, b] = [await ran(), await ran({ name: "again" })];
    expect((await receiptOf(a)).hash).toBe((await receiptOf(b)).hash);
    expect((await read<ReceiptComparison>(`${a}/receipt/${b}`)).body).toMatchObject({
      same: true,
      differences: [],
    });
  });

  test("is refused while the benchmark runs", async () => {
    const slow = { providers: [{ provider: "mock", model: "mock?latency_ms=1000" }] };
    const { benchmark_id } = await startBenchmark(server, slow);
    const { status, body } = await read<Refusal>(`${benchmark_id}/receipt`);
    expect([status, body.error.code]).toEqual([409, "CONFLICT"]);
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    expect((await read(`${benchmark_id}/receipt`)).status).toBe(200);
  });
});

describe("two receipts", () => {
  test("differ where the benchmarks do, down to the field", async () => {
    const a = await ran();
    expect(await differences(a, await ran({ seed: 1 }))).toMatchObject([
      { field: "order.seed", a: 0, b: 1 },
      { field: "order.hash" },
      { field: "runs.baseline/first.prompts_hash" },
    ]);
    expect(await differences(a, await ran({ params: { system: "Be brief." } }))).toMatchObject([
      { field: "runs.baseline/first.params.system", a: null, b: "Be brief." },
      { field: "runs.baseline/first.prompts_hash" },
    ]);
  });

  test("do not differ by the order of their runs", async () => {
    const [first, longest] = ["first", "longest"].map((model) => ({ provider: "baseline", model }));
    const a = await ran({ providers: [first, longest] });
    const b = await ran({ providers: [longest, first] });
    expect(await differences(a, b)).toEqual([]);
  });

  test("name a run that only one of them has", async () => {
    const a = await ran();
    const b = await ran({ providers: [{ provider: "baseline", model: "first", label: "mine" }] });
    expect((await differences(a, b)).map(({ field }) => field)).toEqual(["runs.baseline/first", "runs.mine"]);
  });
});

test("a priced model's receipt keeps its price, source and date", async () => {
  const other = await startServer({ openai_api_key: "sk-test", openai_base_url: "http://127.0.0.1:1/v1" });
  try {
    const { body } = await other.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
      token: other.token,
      body: {
        name: "priced",
        dataset: "starter",
        metrics: ["accuracy"],
        iterations: 1,
        providers: [{ provider: "openai", model: "gpt-4o" }],
      },
    });
    await other.request("POST", `/v1/benchmarks/${body.benchmark_id}/cancel`, { token: other.token });
    const path = `/v1/benchmarks/${body.benchmark_id}/receipt`;
    const { body: receipt } = await other.request<Receipt>("GET", path, { token: other.token });
    expect(receipt.runs[0]?.price).toEqual({
      price: expect.objectContaining({ input: 2.5, output: 10 }),
      source: expect.stringContaining("models.dev"),
      as_of: "2026-07-02",
    });
  } finally {
    await other.stop();
  }
});
