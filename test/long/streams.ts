import assert from "node:assert/strict";
import { join } from "node:path";
import { readDatabase, type ServerProcess, startServerProcess } from "../support/server/server-process.ts";
import { startFaultyUpstream } from "../support/upstream/faulty-process.ts";
import { COLLECTING, memoryOf, refuseGrowth } from "./support/memory.ts";
import { type Figures, type Part, requireLinux } from "./support/part.ts";
import { countSockets } from "./support/sockets.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

/**
 * Good streams, in two halves: what is answered and recorded is what the upstream reported, to the last token; no socket
 * to a client stays, those to the upstream are kept for the next call but never more than there may be calls, and the second
 * half leaves nothing that the first did not.
 */
const STREAMS_PER_HALF = 10_000;
const WIDTH = 64;
/** The end of a client is noticed a moment later. */
const NOTICED_MS = 1_000;
/** USD per million tokens. */
const PRICE = { input: 3, output: 15 };

interface Tokens {
  prompt_tokens: number;
  completion_tokens: number;
}

interface Used extends Tokens {
  cost_usd: number;
}

const costOf = ({ prompt_tokens, completion_tokens }: Tokens): number =>
  (prompt_tokens * PRICE.input + completion_tokens * PRICE.output) / 1e6;

const sumOf = (one: Used, other: Used): Used => ({
  prompt_tokens: one.prompt_tokens + other.prompt_tokens,
  completion_tokens: one.completion_tokens + other.completion_tokens,
  cost_usd: one.cost_usd + other.cost_usd,
});

/** Of the rows of all streams; rows without a cost would be missing among the calls. */
const recordedIn = (data_dir: string) =>
  readDatabase(data_dir, async (client) => {
    const sql =
      "SELECT count(*) calls, sum(usage ->> '$.prompt_tokens') prompt_tokens, " +
      "sum(usage ->> '$.completion_tokens') completion_tokens, sum(cost_usd) cost_usd " +
      "FROM completions WHERE model = 'good' AND status = 'completed' AND cost_usd IS NOT NULL";
    const row = (await client.execute(sql)).rows[0] ?? assert.fail("no rows");
    const of = (column: string): number => Number(row[column]);
    const used: Used = {
      prompt_tokens: of("prompt_tokens"),
      completion_tokens: of("completion_tokens"),
      cost_usd: of("cost_usd"),
    };
    return { calls: of("calls"), used };
  });

/** Half of the streams, by clients that are gone afterwards. */
async function half({ url, token }: ServerProcess): Promise<Used> {
  const clients = Bun.spawn([process.execPath, join(import.meta.dir, "support", "stream-clients.ts")], {
    env: { URL: url, TOKEN: token, STREAMS: String(STREAMS_PER_HALF), WIDTH: String(WIDTH) },
    stdout: "pipe",
    stderr: "inherit",
  });
  const printed = await new Response(clients.stdout).text();
  assert.equal(await clients.exited, 0);
  return JSON.parse(printed);
}

function refuseOther(used: Used, reported: Tokens): void {
  const { cost_usd, ...tokens } = used;
  assert.deepEqual(tokens, reported);
  assert.ok(Math.abs(cost_usd - costOf(reported)) < 1e-6, `$${cost_usd}`);
}

type Upstream = Awaited<ReturnType<typeof startFaultyUpstream>>;

async function startPricedServer(data_dir: string, upstream: Upstream): Promise<ServerProcess> {
  const prices_file = join(data_dir, "prices.json");
  const prices = {
    source: "long tests",
    as_of: "2026-01-01",
    unit: "USD per million tokens",
    prices: { priced: { good: PRICE } },
  };
  await Bun.write(prices_file, JSON.stringify(prices));
  return startServerProcess({
    data_dir,
    entry: COLLECTING,
    environment: {
      OPENAI_COMPATIBLE_PRICED_BASE_URL: `${upstream.url}/v1`,
      OPENAI_COMPATIBLE_PRICED_CONCURRENCY: String(WIDTH),
      PRICES_FILE: prices_file,
    },
  });
}

async function measureHalf(server: ServerProcess, upstream: Upstream, data_dir: string) {
  const started = performance.now();
  const answered = await half(server);
  const seconds = (performance.now() - started) / 1000;
  await Bun.sleep(NOTICED_MS);
  const sockets = countSockets(server, upstream.url);
  return { answered, seconds, sockets, memory: await memoryOf(server, data_dir) };
}

async function streamTwoHalves(data_dir: string): Promise<Figures> {
  const upstream = await startFaultyUpstream();
  const server = await startPricedServer(data_dir, upstream);
  try {
    // This process keeps the connection by which it has logged in.
    const { clients } = countSockets(server, upstream.url);
    const first = await measureHalf(server, upstream, data_dir);
    const second = await measureHalf(server, upstream, data_dir);
    const { calls, ...reported } = await upstream.read<Tokens & { calls: number }>("/sums");
    assert.equal(calls, 2 * STREAMS_PER_HALF);
    refuseOther(sumOf(first.answered, second.answered), reported);
    for (const { sockets } of [first, second]) {
      assert.deepEqual([sockets.clients, sockets.others], [clients, 0]);
      assert.ok(sockets.upstream <= WIDTH, `${sockets.upstream} sockets to the upstream`);
    }
    // Each half ends with all of them, but for those that were broken off just then.
    assert.ok(second.sockets.upstream <= first.sockets.upstream * 1.1);
    refuseGrowth(first.memory, second.memory);
    await server.stop();
    const recorded = await recordedIn(data_dir);
    assert.equal(recorded.calls, calls);
    refuseOther(recorded.used, reported);
    return { first, second, reported, recorded, cost_usd: costOf(reported) };
  } finally {
    await server.kill();
    await upstream.stop();
  }
}

export const streams: Part = {
  name: "streams",
  description: `${2 * STREAMS_PER_HALF} streams: tokens, cost and rows agree with the upstream; sockets and memory stay`,
  async run() {
    requireLinux();
    return inTemporaryFolder(streamTwoHalves);
  },
};
