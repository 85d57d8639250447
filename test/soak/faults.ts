import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerProcess, startServerProcess } from "../support/server/server-process.ts";
import { FAULTS, failOnRecord, failSomehow, failStreamed, failWhole } from "../support/upstream/faults.ts";
import { COLLECTING, memoryOf, refuseGrowth } from "./memory.ts";
import { inParallel, startFaultyUpstream } from "./upstream-process.ts";

const ROUNDS = 2_000;
const WIDTH = 64;
/** Connections that are kept for the next call are closed after a while without one. */
const SETTLE_MS = 5_000;

const openFiles = ({ pid }: ServerProcess): number => readdirSync(`/proc/${pid}/fd`).length;

async function useOf(server: ServerProcess) {
  return { ...(await memoryOf(server, data_dir)), files: openFiles(server) };
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
  refuseGrowth(before, after);
  assert.ok(after.files <= before.files, `open files: ${before.files}, then ${after.files}`);
  return { before, after };
}

const data_dir = mkdtempSync(join(tmpdir(), "test-bench-soak-"));
const upstream = await startFaultyUpstream();
const server = await startServerProcess({
  data_dir,
  entry: COLLECTING,
  environment: {
    OPENAI_COMPATIBLE_NOBODY_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_COMPATIBLE_FAULTY_BASE_URL: `${upstream.url}/v1`,
    OPENAI_COMPATIBLE_FAULTY_CONCURRENCY: String(WIDTH),
  },
});
try {
  console.log("each fault", await eachOnce(server));
  console.log("rounds", await manyRounds(server));
} finally {
  await server.kill();
  await upstream.stop();
  rmSync(data_dir, { recursive: true });
}
