import assert from "node:assert/strict";
import { readCompletion, streamCompletion } from "../../support/server/sse.ts";
import { inParallel } from "../../support/upstream/faulty-process.ts";

/**
 * Clients in a process of their own, whose connections end with it: reads STREAMS completions, WIDTH at a time, and prints
 * what their answers say was used. Fails at the first stream that does not end well.
 */
const { URL: url = "", TOKEN: token = "", STREAMS, WIDTH } = Bun.env;
const sums = { prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 };
await inParallel(Number(STREAMS), Number(WIDTH), async () => {
  const response = await streamCompletion({ url, token }, { provider: "priced", model: "good" });
  const { done } = await readCompletion(response);
  const { usage, cost_usd } = done ?? assert.fail("a stream did not end well");
  sums.prompt_tokens += usage?.prompt_tokens ?? Number.NaN;
  sums.completion_tokens += usage?.completion_tokens ?? Number.NaN;
  sums.cost_usd += cost_usd ?? Number.NaN;
});
console.log(JSON.stringify(sums));
