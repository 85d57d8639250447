import assert from "node:assert/strict";
import { startServerProcess } from "../support/server/server-process.ts";
import { inParallel, startFaultyUpstream } from "../support/upstream/faulty-process.ts";
import type { Figures, Part } from "./support/part.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const ALLOWED = 30;
const HOLD_MS = 100;
const CALLERS = 120;
const SETTLING = 2_000;
const MEASURED = 4_000;
const SHARE_MIN = 0.85;

interface InFlight {
  most: number;
  answered: number;
  refused: number;
}

/** Calls a second, once settled, of many callers under a limit; none of them may fail. */
async function rateUnder(limit: string, data_dir: string) {
  const upstream = await startFaultyUpstream({ ALLOWED: String(ALLOWED), HOLD_MS: String(HOLD_MS) });
  const server = await startServerProcess({
    data_dir,
    environment: {
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_CONCURRENCY: limit,
    },
  });
  const body = { provider: "openai", model: "gpt-4o-mini", prompt: "hi", stream: true };
  const callMany = (count: number) =>
    inParallel(count, CALLERS, async () => {
      const response = await fetch(`${server.url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${server.token}` },
        body: JSON.stringify(body),
      });
      assert.match(await response.text(), /^event: done$/m);
    });
  try {
    await callMany(SETTLING);
    const before = await upstream.read<InFlight>("/in-flight");
    const started = performance.now();
    await callMany(MEASURED);
    const seconds = (performance.now() - started) / 1000;
    const { most, refused } = await upstream.read<InFlight>("/in-flight");
    return { limit, rate: MEASURED / seconds, most, refused_later: refused - before.refused };
  } finally {
    await server.kill();
    await upstream.stop();
  }
}

/** The rate under a limit that adapts, over that under the best fixed one. */
async function compareLimits(): Promise<Figures> {
  const best = await inTemporaryFolder((folder) => rateUnder(String(ALLOWED), folder));
  const adaptive = await inTemporaryFolder((folder) => rateUnder("1-100", folder));
  const share = adaptive.rate / best.rate;
  assert.ok(share >= SHARE_MIN, `${share} of the best rate`);
  return { best, adaptive, share };
}

export const concurrency: Part = {
  name: "concurrency",
  description: `The adaptive limit of calls reaches ${100 * SHARE_MIN} % of the rate under the best fixed one; no call fails`,
  run: compareLimits,
};
