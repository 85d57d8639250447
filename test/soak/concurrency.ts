import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServerProcess } from "../support/server/server-process.ts";
import { inParallel, startFaultyUpstream } from "./upstream-process.ts";

const ALLOWED = 30;
const HOLD_MS = 100;
const CALLERS = 120;
const SETTLING = 2_000;
const MEASURED = 4_000;

interface InFlight {
  most: number;
  answered: number;
  refused: number;
}

/** Calls a second, once settled, of many callers under a limit; none of them may fail. */
async function rateUnder(concurrency: string) {
  const upstream = await startFaultyUpstream({ ALLOWED: String(ALLOWED), HOLD_MS: String(HOLD_MS) });
  const data_dir = mkdtempSync(join(tmpdir(), "test-bench-soak-"));
  const server = await startServerProcess({
    data_dir,
    environment: {
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_CONCURRENCY: concurrency,
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
    return { concurrency, rate: MEASURED / seconds, most, refused_later: refused - before.refused };
  } finally {
    await server.kill();
    await upstream.stop();
    rmSync(data_dir, { recursive: true });
  }
}

const best = await rateUnder(String(ALLOWED));
const adaptive = await rateUnder("1-100");
console.log({ best, adaptive, share: adaptive.rate / best.rate });
assert.ok(adaptive.rate >= 0.85 * best.rate);
