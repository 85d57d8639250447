import { afterAll, expect, test } from "bun:test";
import {
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  startBenchmark,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import {
  readDatabase,
  type ServerProcess,
  startServerProcess,
} from "../../../support/server/server-process.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { waitUntil } from "../../../support/timing/waiting.ts";
import { createUpstream } from "../../../support/upstream/index.ts";

const CONCURRENCY = 3;
const data_dir = tempDirs()();
let hangs = true;
const upstream = createUpstream({ answer: () => "ANSWER: A", fault: () => (hangs ? "hang" : undefined) });
let server: ServerProcess | undefined;
afterAll(async () => {
  await server?.kill();
  await upstream.stop();
});

const environment = {
  OPENAI_API_KEY: "sk-test",
  OPENAI_BASE_URL: `${upstream.url}/v1`,
  OPENAI_CONCURRENCY: String(CONCURRENCY),
};

const heldIn = (id: string): Promise<{ count: number; usd: number }> =>
  readDatabase(data_dir, async (client) => {
    const sql = "SELECT count(*), coalesce(sum(usd), 0) FROM holds WHERE benchmark_id = ?";
    const [row] = (await client.execute({ sql, args: [id] })).rows;
    return { count: Number(row?.[0]), usd: Number(row?.[1]) };
  });

test("calls that were open at a kill -9 count at their worst case, and the ceiling holds", async () => {
  server = await startServerProcess({ data_dir, environment });
  const { token } = server;
  const questions = Array.from({ length: 200 }, (_, index) => ({ input: `Question ${1000 + index}?` }));
  const request = {
    dataset: await uploadDataset(server, "questions", questions),
    metrics: ["latency"],
    providers: [{ provider: "openai", model: "gpt-4o-mini" }],
    params: { max_tokens: 50 },
  };
  const refused = await requestBenchmark<Refusal>(server, { ...request, budget_usd: 0 });
  const { minimum } = refused.body.error.details.accepted as { minimum: number };
  const budget_usd = 8 * minimum;
  const { benchmark_id } = await startBenchmark(server, { ...request, budget_usd });
  await waitUntil(() => upstream.calls >= CONCURRENCY, { poll_ms: 1 });
  await server.kill();
  const held = await heldIn(benchmark_id);
  // Calls that wait for a slot hold money, too.
  expect(held.count).toBeGreaterThanOrEqual(CONCURRENCY);
  expect(held.usd).toBeGreaterThan((CONCURRENCY - 1) * minimum);
  expect(held.usd).toBeLessThanOrEqual(budget_usd);

  hangs = false;
  server = await startServerProcess({ data_dir, environment, token });
  const { status, spent_usd, results } = await finishedBenchmark(server, benchmark_id);
  expect(status).toBe("over_budget");
  expect(spent_usd ?? 0).toBeLessThanOrEqual(budget_usd);
  expect(results?.runs[0]?.outcomes.scored).toBeGreaterThan(0);
  expect(await server.stop()).toBe(0);
  expect((await heldIn(benchmark_id)).usd).toBeCloseTo(held.usd, 12);
}, 60_000);
