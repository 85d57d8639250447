import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompletionRecord } from "../../src/domain/completion.ts";
import { readDatabase, type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { readCompletion, streamCompletion } from "../support/sse.ts";
import { inParallel, startFaultyUpstream } from "./upstream-process.ts";

/** What is to come of a fault: the reason, whether it ends a stream that has begun, and the time it is given. */
interface Expected {
  reason: RegExp;
  begun: boolean;
  timeout_ms?: number;
  /** Left out of the two thousand rounds, as each takes long. */
  slow?: true;
}

const EXPECTED: Record<string, Expected> = {
  "429-after": { reason: /^rate_limited: /, begun: false },
  "429": { reason: /^rate_limited: /, begun: false, slow: true },
  "500": { reason: /^server_error: /, begun: false },
  "hang-before-headers": { reason: /^timeout: /, begun: false, timeout_ms: 1_000 },
  "hang-mid-stream": { reason: /^timeout: /, begun: true, timeout_ms: 1_000 },
  "cut-mid-chunk": { reason: /^(unreachable|invalid_response): /, begun: true },
  "no-finish": { reason: /^invalid_response: /, begun: true },
  "invalid-json": { reason: /^invalid_response: /, begun: false },
  "slow-drip": { reason: /^timeout: /, begun: true, timeout_ms: 1_000 },
  "large-body": { reason: /^invalid_response: .*33554432 bytes/, begun: true, slow: true },
  "wrong-type": { reason: /^invalid_response: /, begun: false },
};
const ROUNDS = 2_000;
const STREAMS = 10_000;
const WIDTH = 64;

const statusOf = (pid: number, field: string): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
const rssMb = ({ pid }: ServerProcess): number => Math.round(statusOf(pid, "VmRSS") / 1024);
const socketsOf = ({ pid }: ServerProcess): number => readdirSync(`/proc/${pid}/fd`).length;

async function newestRecord(server: ServerProcess, model: string): Promise<CompletionRecord> {
  const query = new URLSearchParams({ page_size: "1", model });
  const { body } = await server.request<{ items: CompletionRecord[] }>("GET", `/v1/completions?${query}`, {
    token: server.token,
  });
  const [record] = body.items;
  assert.ok(record, `${model} has no record`);
  return record;
}

/** Makes a streamed call that fails, checks the answer, and says how it failed. */
async function fail(server: ServerProcess, provider: string, fault: string): Promise<void> {
  const { timeout_ms = 60_000, begun } = EXPECTED[fault] ?? assert.fail(fault);
  const response = await streamCompletion(server, { provider, model: fault, timeout_ms });
  assert.equal(response.status, begun ? 200 : 503, fault);
  if (!begun) return void (await response.json());
  const { done, error, texts } = await readCompletion(response);
  assert.equal(done, null, fault);
  assert.equal(error?.error.code, "SERVICE_UNAVAILABLE", fault);
  assert.ok(texts.length > 0, fault);
}

/** Each fault once: answer, row, time. */
async function eachOnce(server: ServerProcess): Promise<Record<string, unknown>> {
  const report: Record<string, unknown> = {};
  // The first estimate loads its vocabulary.
  await fail(server, "openai", "no-finish");
  for (const [fault, { reason, begun, timeout_ms }] of Object.entries(EXPECTED)) {
    const started = performance.now();
    await fail(server, "openai", fault);
    const took_ms = Math.round(performance.now() - started);
    const record = await newestRecord(server, fault);
    assert.equal(record.status, "failed", fault);
    assert.match(record.error ?? "", reason, fault);
    assert.equal(record.text === null, !begun, fault);
    assert.equal(record.usage?.estimated ?? null, begun || null, fault);
    if (timeout_ms) assert.ok(took_ms >= timeout_ms && took_ms < timeout_ms + 500, `${fault}: ${took_ms} ms`);
    report[fault] = { took_ms, error: record.error?.slice(0, 90), rss_mb: rssMb(server) };
  }
  return report;
}

async function refused(server: ServerProcess): Promise<void> {
  const response = await streamCompletion(server, { provider: "groq", model: "any", timeout_ms: 8_000 });
  assert.equal(response.status, 503);
  assert.match((await newestRecord(server, "any")).error ?? "", /^unreachable: /);
}

/**
 * The quick faults over and over. What is in use after the first two thousand rounds is the measure: before, the heap
 * has not grown to the size of the load. Single readings swing with the collector, so all are told.
 */
async function manyRounds(server: ServerProcess) {
  const quick = Object.keys(EXPECTED).filter((fault) => !EXPECTED[fault]?.slow);
  const round = (count: number) =>
    inParallel(count, WIDTH, (index) => fail(server, "mistral-like", quick[index % quick.length] ?? ""));
  const use = [];
  for (let time = 0; time < 3; time++) {
    await round(ROUNDS);
    await Bun.sleep(5_000);
    use.push({ rss_mb: rssMb(server), files: socketsOf(server) });
  }
  console.log("memory after each", ROUNDS, "rounds", use);
  const [before, after] = [use.at(0) ?? assert.fail(), use.at(-1) ?? assert.fail()];
  assert.ok(after.rss_mb <= before.rss_mb * 1.1, `memory: ${before.rss_mb} MB, then ${after.rss_mb} MB`);
  return { before, after };
}

interface Sums {
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
}

/** Ten thousand good streams: what is recorded is what the upstream reported. */
async function manyStreams(server: ServerProcess, sumsOf: () => Promise<Sums>) {
  const before = { rss_mb: rssMb(server), files: socketsOf(server) };
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
  await Bun.sleep(5_000);
  return {
    ...reported,
    cost_usd,
    seconds,
    before,
    after: { rss_mb: rssMb(server), files: socketsOf(server) },
  };
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
  environment: {
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    GROQ_API_KEY: "gsk-test",
    GROQ_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_COMPATIBLE_MISTRAL_LIKE_BASE_URL: `${upstream.url}/v1`,
    OPENAI_COMPATIBLE_MISTRAL_LIKE_CONCURRENCY: String(WIDTH),
    OPENAI_COMPATIBLE_PRICED_BASE_URL: `${upstream.url}/v1`,
    PRICES_FILE: prices_file,
  },
});
try {
  console.log("each fault", await eachOnce(server));
  await refused(server);
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
