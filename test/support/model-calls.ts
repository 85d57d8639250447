import type { ConcurrencyBounds } from "../../src/domain/concurrency.ts";
import { createProviders } from "../../src/providers/index.ts";
import { createPrices } from "../../src/providers/prices/index.ts";
import { createModelCalls, type ModelCall, type ModelCalls } from "../../src/services/model-calls/index.ts";
import { createPrometheus } from "../../src/telemetry/prometheus.ts";
import { openStoreIn } from "./store.ts";

export const MODEL = "gpt-4o-mini";
export const request = (content = "hello") => ({
  model: MODEL,
  messages: [{ role: "user" as const, content }],
});

/** Calls of `openai` at that address, over a real database in a folder. */
export async function createCalls(data_dir: string, url: string, bounds?: ConcurrencyBounds) {
  const store = await openStoreIn(data_dir);
  const calls = createModelCalls({
    providers: createProviders({ openai: { api_key: "sk-test", base_url: `${url}/v1` } }),
    prices: createPrices(),
    responses: store.responses,
    concurrency: bounds ? { openai: bounds } : {},
    prometheus: createPrometheus(),
  });
  return { calls, provider: calls.require("openai", MODEL), close: store.close };
}

/** Reads a streamed call to its end; throws what it throws. */
export async function readCall(
  stream: ReturnType<ModelCalls["stream"]>,
): Promise<{ texts: string[]; call: ModelCall | undefined }> {
  const texts: string[] = [];
  let call: ModelCall | undefined;
  for await (const delta of stream) {
    if (delta.type === "text") texts.push(delta.text);
    if (delta.type === "finish") call = delta.call;
  }
  return { texts, call };
}
