import assert from "node:assert/strict";
import { createPrices } from "../../src/providers/prices/index.ts";
import { createUpstream, type Upstream } from "../support/upstream/index.ts";
import { textOf } from "../support/upstream/wire.ts";
import type { Figures, Part } from "./support/part.ts";
import { uploadQuestions } from "./support/questions.ts";
import { runWithKills } from "./support/run-with-kills.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const UPSTREAM_QUESTIONS = 5_000;
const UPSTREAM_CONCURRENCY = 20;
/** Trials open at once: see `windowOf` of the walk. */
const UPSTREAM_WINDOW = 2 * UPSTREAM_CONCURRENCY;
const KILLS = 50;

/** Calls that were open at a kill count at their worst, which is many times what they cost. */
const BUDGET_USD = 200;
const MODEL = "gpt-4";

/** The number of the question that a call asks. */
function askedIn({ body }: Upstream["requests"][number]): number {
  const [, index] = /Question (\d+):/.exec(textOf(body.messages.at(-1)?.content ?? "")) ?? [];
  return Number(index);
}

const prices = createPrices();
const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** US dollars that the upstream bills for a call: its tokens are words, and its answer has two. */
function billOf({ body }: Upstream["requests"][number]): number {
  const prompt_tokens = body.messages.reduce((sum, { content }) => sum + wordsIn(textOf(content ?? "")), 0);
  const usage = { prompt_tokens, completion_tokens: 2, total_tokens: prompt_tokens + 2 };
  return prices.cost("openai", MODEL, usage) ?? Number.NaN;
}

/**
 * Fifty kills while a counting upstream answers: no settled trial is called again, no more calls are paid twice than can
 * be open at a kill, and the budget has counted all that the upstream billed.
 */
async function killOverUpstream(data_dir: string): Promise<Figures> {
  const kills: { calls: number; settled: Set<number> }[] = [];
  const model = createUpstream({
    answer: async () => {
      await Bun.sleep(10);
      return "ANSWER: A";
    },
  });
  try {
    const report = await runWithKills({
      data_dir,
      kills: KILLS,
      seed: 2,
      environment: {
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${model.url}/v1`,
        OPENAI_CONCURRENCY: String(UPSTREAM_CONCURRENCY),
      },
      onKill: (settled) => kills.push({ calls: model.calls, settled: new Set(settled) }),
      prepare: async (server) => ({
        dataset: await uploadQuestions(server, UPSTREAM_QUESTIONS),
        providers: [{ provider: "openai", model: MODEL }],
        params: { max_tokens: 10 },
        budget_usd: BUDGET_USD,
      }),
    });
    const repeated = model.calls - report.trials;
    assert.ok(report.kills >= 40, `${report.kills} kills`);
    assert.ok(repeated >= 0 && repeated <= report.kills * UPSTREAM_WINDOW, `${repeated} calls repeated`);
    for (const { calls, settled } of kills) {
      const again = model.requests.slice(calls).filter((request) => settled.has(askedIn(request)));
      assert.equal(again.length, 0, "a settled trial was called again");
    }
    const spent_usd = report.spent_usd ?? Number.NaN;
    const billed = model.requests.reduce((sum, request) => sum + billOf(request), 0);
    assert.ok(billed <= spent_usd && spent_usd <= BUDGET_USD, `$${billed} billed, $${spent_usd} counted`);
    return { ...report, calls: model.calls, calls_repeated: repeated };
  } finally {
    await model.stop();
  }
}

export const killUpstream: Part = {
  name: "kill-upstream",
  description: `${KILLS} × kill -9 over a counting upstream: no settled trial is called again, the budget counts all`,
  run: () => inTemporaryFolder(killOverUpstream),
};
