import { afterEach, expect, test } from "bun:test";
import { createGoogle } from "../../src/providers/google.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { GOOGLE_REFUSED_KEY, googleQuota } from "../support/upstream/google.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const KEY = "AIzaSy0123456789abcdefghij";
const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function connect(options: UpstreamOptions = {}) {
  const upstream = createUpstream(options);
  running.push(upstream);
  return { upstream, google: createGoogle({ api_key: KEY, base_url: `${upstream.url}/google/v1beta` }) };
}

const ask = (more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: "gemini-2.5-flash",
  messages: [{ role: "user", content: "hello there" }],
  ...more,
});

test("a call goes to its model with the key as a header, and holds what was asked", async () => {
  const { upstream, google } = connect();
  await google.complete(ask({ max_tokens: 9, temperature: 1.5, top_p: 0.5, stop: ["END"], seed: 4 }));
  const [sent] = upstream.requests;
  expect(sent?.path).toBe("/google/v1beta/models/gemini-2.5-flash:generateContent");
  expect(sent?.headers.get("x-goog-api-key")).toBe(KEY);
  expect<unknown>(sent?.body).toEqual({
    contents: [{ role: "user", parts: [{ text: "hello there" }] }],
    generationConfig: { maxOutputTokens: 9, temperature: 1.5, topP: 0.5, stopSequences: ["END"], seed: 4 },
  });
});

test("log-probabilities are not asked for", async () => {
  const { upstream, google } = connect();
  const { warnings } = await google.complete(ask({ top_logprobs: 1 }));
  expect(warnings).toEqual(["top_logprobs: not supported by Google, left out"]);
  expect(JSON.stringify(upstream.requests[0]?.body)).not.toContain("logprobs");
});

test("a refused key is authentication, though Google calls it a bad request", async () => {
  const { google } = connect({ fault: { status: 400, body: JSON.stringify(GOOGLE_REFUSED_KEY) } });
  const error = await failureOf(google.complete(ask()));
  expect(error).toMatchObject({ reason: "authentication", status: 400, retryable: false });
  expect(error.message).toBe(
    "Google refused the key in GOOGLE_GENERATIVE_AI_API_KEY with HTTP 400: " +
      "API key not valid. Please pass a valid API key.",
  );
});

test.each([
  ["34.4s", 34_400],
  ["2s", 2000],
])("how long to wait is read in the body: %s", async (delay, retry_after_ms) => {
  const { google } = connect({ fault: { status: 429, body: JSON.stringify(googleQuota(delay)) } });
  const error = await failureOf(google.complete(ask()));
  expect(error).toMatchObject({ reason: "rate_limited", retryable: true, retry_after_ms });
});

test.each([
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["MALFORMED_FUNCTION_CALL", "error"],
  ["LANGUAGE", "other"],
] as const)("finish reason %s is %s", async (finish_reason, expected) => {
  const { google } = connect({ answer: () => ({ text: "hi", finish_reason }) });
  expect((await google.complete(ask())).finish_reason).toBe(expected);
  const { stream } = google;
  if (!stream) throw new Error("Google streams");
  expect((await readDeltas(stream(ask()))).completion?.finish_reason).toBe(expected);
});

test("a conversation goes on after a tool call without the signature of a thought, and a warning says so", async () => {
  const { upstream, google } = connect();
  const call = { id: "1", type: "function" as const, function: { name: "f", arguments: "{}" } };
  const { warnings } = await google.complete(
    ask({
      model: "gemini-3-pro-preview",
      messages: [
        { role: "user", content: "hello" },
        { role: "assistant", content: "", tool_calls: [call] },
        { role: "tool", content: "done", tool_call_id: "1" },
      ],
      tools: [{ type: "function", function: { name: "f" } }],
    }),
  );
  expect(JSON.stringify(upstream.requests[0]?.body)).toContain("skip_thought_signature_validator");
  expect(warnings.join()).toContain("skip_thought_signature_validator");
});
