import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { type ServerProcess, startServerProcess } from "../support/server/server-process.ts";
import { FAULTS, failOnRecord, failSomehow, failStreamed, failWhole } from "../support/upstream/faults.ts";
import { inParallel, startFaultyUpstream } from "../support/upstream/faulty-process.ts";
import { COLLECTING, memoryOf, refuseGrowth } from "./support/memory.ts";
import { type Figures, type Part, requireLinux } from "./support/part.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const ROUNDS = 2_000;
const WIDTH = 64;
/** Connections that are kept for the next call are closed after a while without one. */
const SETTLE_MS = 5_000;

const openFiles = ({ pid }: ServerProcess): number => readdirSync(`/proc/${pid}/fd`).length;

async function useOf(server: ServerProcess, data_dir: string) {
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
async function manyRounds(server: ServerProcess, data_dir: string) {
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
    use.push(await useOf(server, data_dir));
    console.log("after", (time + 1) * ROUNDS, "rounds", use.at(-1));
  }
  const [before, after] = [use.at(0) ?? assert.fail(), use.at(-1) ?? assert.fail()];
  refuseGrowth(before, after);
  assert.ok(after.files <= before.files, `open files: ${before.files}, then ${after.files}`);
  return { before, after };
}

async function failOverAndOver(data_dir: string): Promise<Figures> {
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
    return { each_fault: await eachOnce(server), rounds: await manyRounds(server, data_dir) };
  } finally {
    await server.kill();
    await upstream.stop();
  }
}

export const faults: Part = {
  name: "faults",
  description:
    "Each fault of an upstream once, then 6,000 calls that fail: memory and open files do not grow",
  async run() {
    requireLinux();
    return inTemporaryFolder(failOverAndOver);
  },
};
