import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTS, failOnRecord, failSomehow, failStreamed, failWhole } from "../support/faults.ts";
import { readDatabase, type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { readCompletion, streamCompletion } from "../support/sse.ts";
import { inParallel, startFaultyUpstream } from "./upstream-process.ts";

const ROUNDS = 2_000;
const STREAMS = 10_000;
const WIDTH = 64;
/** Connections that are kept for the next call are closed after a while without one. */
const SETTLE_MS = 5_000;

const openFiles = ({ pid }: ServerProcess): number => readdirSync(`/proc/${pid}/fd`).length;

/** What the server holds after a collection of its garbage; see `test/support/processes/serve-and-collect.ts`. */
async function useOf(server: ServerProcess) {
  const file = join(data_dir, "memory.json");
  rmSync(file, { force: true });
  process.kill(server.pid, "SIGUSR2");
  while (!existsSync(file)) await Bun.sleep(20);
  const { rss, heap } = JSON.parse(readFileSync(file, "utf8")) as { rss: number; heap: number };
  return { rss_mb: Math.round(rss / 2 ** 20), heap_mb: heap / 2 ** 20, files: openFiles(server) };
}

/** Each fault once, in both ways of asking: answer, row, time. */
async function eachOnce(server: ServerProcess): Promise<Record<string, unknown>> {
  const report: Record<string, unknown> = {};
  // The first estimate loads its vocabulary.
  await failStreamed(server, "faulty", "no-finish");
  for (const fault of Object.keys(FAULTS)) {
    const { took_ms, record } = await failOnRecord(server, fault, failStreamed);
    await failOnRecord(server, fault, failWhole);
    report[fault] = { took_ms, error: record.error?.slice(0, 90) };
  }
  return report;
}

/** The faults over and over, the heavy ones once in a hundred; the first two thousand rounds are the warm-up. */
async function manyRounds(server: ServerProcess) {
  const names = Object.keys(FAULTS);
  const quick = names.filter((fault) => !FAULTS[fault]?.heavy);
  const heavy = names.filter((fault) => FAULTS[fault]?.heavy);
  const faultOf = (index: number): string =>
    (index % 100 === 99 ? heavy[Math.floor(index / 100) % heavy.length] : quick[index % quick.length]) ?? "";
  const use = [];
  for (let time = 0; time < 3; time++) {
    await inParallel(ROUNDS, WIDTH, (index) =>
      index % 2 === 0
        ? failSomehow(server, "faulty", faultOf(index))
        : failWhole(server, "faulty", faultOf(index)),
    );
    await Bun.sleep(SETTLE_MS);
    use.push(await useOf(server));
    console.log("after", (time + 1) * ROUNDS, "rounds", use.at(-1));
  }
  const [before, after] = [use.at(0) ?? assert.fail(), use.at(-1) ?? assert.fail()];
  for (const measure of ["rss_mb", "heap_mb"] as const)
    assert.ok(
      after[measure] <= before[measure] * 1.1,
      `${measure}: ${before[measure]}, then ${after[measure]}`,
    );
  assert.ok(after.files <= before.files, `open files: ${before.files}, then ${after.files}`);
  return { before, after };
}

interface Sums {
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
}

/** Ten thousand good streams: what is recorded is what the upstream reported. */
async function manyStreams(server: ServerProcess, sumsOf: () => Promise<Sums>) {
  const before = await useOf(server);
  const answered = { prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };
  const started = performance.now();
  await inParallel(STREAMS, WIDTH, async () => {
    const { done } = await readCompletion(
      await streamCompletion(server, { provider: "priced", model: "good" }),
    );
    const { usage, cost_usd } = done ?? assert.fail("a stream did not end well");
    answered.prompt_tokens += usage?.prompt_tokens ?? 0;
    answered.completion_tokens += usage?.completion_tokens ?? 0;
    answered.cost_usd += cost_usd ?? Number.NaN;
  });
  const seconds = (performance.now() - started) / 1000;
  const { calls, ...reported } = await sumsOf();
  assert.equal(calls, STREAMS);
  const { cost_usd, ...tokens } = answered;
  assert.deepEqual(tokens, reported);
  await Bun.sleep(SETTLE_MS);
  const after = await useOf(server);
  assert.ok(after.files <= before.files, `open files: ${before.files}, then ${after.files}`);
  return { ...reported, cost_usd, seconds, before, after };
}

/** Of all rows of the good streams. */
const recordedSums = (data_dir: string) =>
  readDatabase(data_dir, async (client) => {
    const sql =
      "SELECT count(*) calls, sum(usage ->> '$.prompt_tokens') prompt_tokens, " +
      "sum(usage ->> '$.completion_tokens') completion_tokens, sum(cost_usd) cost_usd " +
      "FROM completions WHERE model = 'good' AND status = 'completed'";
    const [row] = (await client.execute(sql)).rows;
    return row;
  });

/** USD per million tokens. */
const PRICE = { input: 3, output: 15 };
const data_dir = mkdtempSync(join(tmpdir(), "test-bench-soak-"));
const upstream = await startFaultyUpstream();
const prices_file = join(data_dir, "prices.json");
await Bun.write(
  prices_file,
  JSON.stringify({
    source: "soak",
    as_of: "2026-01-01",
    unit: "USD per million tokens",
    prices: { priced: { good: PRICE } },
  }),
);
const server = await startServerProcess({
  data_dir,
  entry: join(import.meta.dir, "../support/processes/serve-and-collect.ts"),
  environment: {
    OPENAI_COMPATIBLE_NOBODY_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_COMPATIBLE_FAULTY_BASE_URL: `${upstream.url}/v1`,
    OPENAI_COMPATIBLE_FAULTY_CONCURRENCY: String(WIDTH),
    OPENAI_COMPATIBLE_PRICED_BASE_URL: `${upstream.url}/v1`,
    PRICES_FILE: prices_file,
  },
});
try {
  console.log("each fault", await eachOnce(server));
  console.log("rounds", await manyRounds(server));
  const streams = await manyStreams(server, () => upstream.read<Sums>("/sums"));
  await server.stop();
  const recorded = await recordedSums(data_dir);
  assert.equal(recorded?.calls, STREAMS);
  assert.equal(recorded.prompt_tokens, streams.prompt_tokens);
  assert.equal(recorded.completion_tokens, streams.completion_tokens);
  const cost = (streams.prompt_tokens * PRICE.input + streams.completion_tokens * PRICE.output) / 1e6;
  for (const sum of [Number(recorded.cost_usd), streams.cost_usd]) assert.ok(Math.abs(sum - cost) < 1e-6);
  console.log("streams", streams, "recorded", recorded);
} finally {
  await server.kill();
  await upstream.stop();
  rmSync(data_dir, { recursive: true });
}
