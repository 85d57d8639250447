import { afterAll, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { finishedBenchmark, startBenchmark, uploadDataset } from "../../../support/benchmarks.ts";
import {
  integrityOf,
  readDatabase,
  type ServerProcess,
  startServerProcess,
} from "../../../support/server/server-process.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { waitUntil } from "../../../support/timing/waiting.ts";
import { createUpstream } from "../../../support/upstream/index.ts";
import { textOf } from "../../../support/upstream/wire.ts";

const QUESTIONS = 600;
const KILLS = 3;
const CONCURRENCY = 10;
/** Trials open at once: see `windowSize` of the open runs. */
const WINDOW = 2 * CONCURRENCY;
const SEED = 20_261_123;

const data_dir = tempDirs()();
const upstream = createUpstream({
  answer: async () => {
    await Bun.sleep(5);
    return "ANSWER: A";
  },
});
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

const questions = [...Array(QUESTIONS).keys()].map((index) => ({
  input: `Question number ${index}?`,
  choices: ["yes", "no"],
  expected: 0,
}));

/** Returns the ids of the samples that were asked, from that call on. */
const askedSince = (call: number): string[] =>
  upstream.requests.slice(call).map(({ body }) => {
    const [, index] = /Question number (\d+)/.exec(textOf(body.messages.at(-1)?.content ?? "")) ?? [];
    return index ?? "";
  });

const settledIn = (id: string): Promise<string[]> =>
  readDatabase(data_dir, async (client) => {
    const sql = "SELECT sample_id FROM trials WHERE benchmark_id = ?";
    return (await client.execute({ sql, args: [id] })).rows.map((row) => String(row.sample_id));
  });

test("kill -9 at random moments: each trial has one row, and trials with a row are not called again", async () => {
  const random = createRandom(SEED);
  server = await startServerProcess({ data_dir, environment });
  const { token } = server;
  const dataset = await uploadDataset(server, "questions", questions);
  const providers = [{ provider: "openai", model: "gpt-4" }];
  const { benchmark_id } = await startBenchmark(server, { dataset, providers });

  const killed: { calls: number; settled: Set<string> }[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const moment = Math.floor(QUESTIONS * ((kill - random()) / (KILLS + 1)));
    await waitUntil(() => upstream.calls >= moment, { poll_ms: 1 });
    await Bun.sleep(random() * 10);
    await server.kill();
    expect(await integrityOf(data_dir)).toBe("ok");
    const settled = await settledIn(benchmark_id);
    killed.push({ calls: upstream.calls, settled: new Set(settled) });
    expect(upstream.calls - settled.length).toBeLessThanOrEqual(kill * WINDOW);
    server = await startServerProcess({ data_dir, environment, token });
  }

  const { status, results } = await finishedBenchmark(server, benchmark_id);
  expect({ status, runs: results?.runs }).toMatchObject({
    status: "completed",
    runs: [{ trials: QUESTIONS, outcomes: { scored: QUESTIONS }, metrics: { accuracy: { value: 1 } } }],
  });
  expect(upstream.calls).toBeGreaterThanOrEqual(QUESTIONS);
  expect(upstream.calls).toBeLessThanOrEqual(QUESTIONS + KILLS * WINDOW);
  expect(killed.at(-1)?.settled.size).toBeGreaterThan(0);
  for (const { calls, settled } of killed) {
    expect(new Set(askedSince(calls)).intersection(settled).size).toBe(0);
  }
  expect(await server.stop()).toBe(0);

  expect(await integrityOf(data_dir)).toBe("ok");
  const rows = await settledIn(benchmark_id);
  expect(rows).toHaveLength(QUESTIONS);
  expect(new Set(rows).size).toBe(QUESTIONS);
}, 60_000);
