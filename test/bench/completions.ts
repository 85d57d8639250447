import { type Comparison, compareRequests } from "./comparison.ts";
import { startBare } from "./process.ts";
import { requestText, startServer } from "./server.ts";

/** What OpenAI's chat completions answer. */
const ANSWER = {
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: "Paris is the capital of France.",
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 14, completion_tokens: 7, total_tokens: 21 },
  service_tier: "default",
  system_fingerprint: "fp_bench",
};

const QUESTION = {
  provider: "openai",
  model: "gpt-4o-mini",
  prompt: "What is the capital of France?",
  max_tokens: 100,
  temperature: 0.7,
};

/**
 * `POST /v1/completions` with API key, validation, accounting and a durable row, against a proxy that hands the
 * same body on; both ask the same upstream, which answers at once.
 */
export async function completions(): Promise<Comparison> {
  await using upstream = await startBare({ WORK: "answer", BODY: JSON.stringify(ANSWER) }, "others");
  const settings = { OPENAI_API_KEY: "not-a-secret", OPENAI_BASE_URL: `${upstream.url}/v1` };
  await using ours = await startServer(settings);
  await using bare = await startBare({ WORK: "proxy", UPSTREAM: `${upstream.url}/v1/chat/completions` });
  const headers = { "X-API-Key": ours.key, "Content-Type": "application/json" };
  return await compareRequests(
    ours,
    bare,
    requestText("POST", "/v1/completions", headers, JSON.stringify(QUESTION)),
  );
}
