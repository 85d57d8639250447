import { chatAnswer } from "./chat-answer.ts";
import { type Comparison, compareRequests } from "./comparison.ts";
import { startBare } from "./process.ts";
import { requestText, startServer } from "./server.ts";

const ANSWER = chatAnswer("Paris is the capital of France.", 14, 7);

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
