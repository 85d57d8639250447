import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createUpstream } from "../support/upstream.ts";
import { runWithKills } from "./kill.ts";
import { measureLoad } from "./load.ts";
import { BASELINES, QUESTIONS, uploadQuestions } from "./questions.ts";

const UPSTREAM_QUESTIONS = 5_000;
const UPSTREAM_CONCURRENCY = 20;
/** Trials open at once: see `windowOf` of the walk. */
const UPSTREAM_WINDOW = 2 * UPSTREAM_CONCURRENCY;
const MANY_TRIALS = 1_000_000;

/** Five kills while four null models answer as many questions as MMLU has. */
async function baselines(data_dir: string): Promise<unknown> {
  const report = await runWithKills({
    ...{ data_dir, kills: 5, seed: 1 },
    prepare: async (server) => ({ dataset: await uploadQuestions(server), providers: BASELINES }),
  });
  assert.equal(report.kills, 5);
  assert.equal(report.trials, 4 * QUESTIONS);
  return report;
}

/** Fifty kills while a counting upstream answers: no more calls are paid twice than can be open at a kill. */
async function upstream(data_dir: string): Promise<unknown> {
  const model = createUpstream({
    answer: async () => {
      await Bun.sleep(10);
      return "ANSWER: A";
    },
  });
  try {
    const report = await runWithKills({
      ...{ data_dir, kills: 50, seed: 2 },
      environment: {
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${model.url}/v1`,
        OPENAI_CONCURRENCY: String(UPSTREAM_CONCURRENCY),
      },
      prepare: async (server) => ({
        dataset: await uploadQuestions(server, UPSTREAM_QUESTIONS),
        providers: [{ provider: "openai", model: "gpt-4" }],
      }),
    });
    const repeated = model.calls - report.trials;
    assert.ok(report.kills >= 40, `${report.kills} kills`);
    assert.ok(repeated >= 0 && repeated <= report.kills * UPSTREAM_WINDOW, `${repeated} calls repeated`);
    return { ...report, calls: model.calls, calls_repeated: repeated };
  } finally {
    await model.stop();
  }
}

/** As many trials as one benchmark may have: the server stays responsive, and its memory bounded. */
async function million(data_dir: string): Promise<unknown> {
  const report = await measureLoad(data_dir, async (server) => ({
    dataset: await uploadQuestions(server),
    ...{ providers: BASELINES, iterations: MANY_TRIALS / BASELINES.length },
  }));
  assert.equal(report.trials, MANY_TRIALS);
  return report;
}

for (const [name, soak] of Object.entries({ baselines, upstream, million })) {
  const data_dir = mkdtempSync(join(tmpdir(), "test-bench-soak-"));
  try {
    console.log(name, await soak(data_dir));
  } finally {
    rmSync(data_dir, { recursive: true });
  }
}
