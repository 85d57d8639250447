import { afterEach, describe, expect, test } from "bun:test";
import { createEndpoint } from "../../src/providers/compatible-vendors.ts";
import { createProviders, type ProvidersConfig } from "../../src/providers/index.ts";
import type { CompletionRequest, Fetch, Provider } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

const request: CompletionRequest = {
  model: "some-model",
  messages: [{ role: "user", content: "hello there" }],
};

type Name = "xai" | "togetherai" | "openrouter" | "ollama" | "lmstudio" | "deepinfra" | "huggingface";

function find(name: Name, config: ProvidersConfig): Provider {
  const provider = createProviders(config).find(name);
  if (!provider) throw new Error(`no provider ${name}`);
  return provider;
}

function connect(name: Name, options: UpstreamOptions = {}) {
  const upstream = createUpstream(options);
  running.push(upstream);
  const account = { api_key: "key-0123456789", base_url: `${upstream.url}/${name}/v1` };
  return { upstream, provider: find(name, { [name]: account }) };
}

function streamOf(provider: Provider, asked = request) {
  if (!provider.stream) throw new Error("it streams");
  return readDeltas(provider.stream(asked));
}

/** A provider whose every call is answered with this. */
const answering = (name: Name, body: string, status = 200): Provider =>
  find(name, { [name]: { api_key: "key-0123456789" }, fetch: async () => new Response(body, { status }) });

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

describe("a named endpoint", () => {
  test("is called at its URL, with its key as a bearer's", async () => {
    const upstream = createUpstream();
    running.push(upstream);
    const endpoint = createEndpoint("my-server", {
      base_url: `${upstream.url}/v1/`,
      api_key: "key-0123456789",
    });
    expect(await endpoint.complete(request)).toMatchObject({ text: "echo: hello there", warnings: [] });
    expect(upstream.requests[0]?.path).toBe("/v1/chat/completions");
    expect(upstream.requests[0]?.headers.get("authorization")).toBe("Bearer key-0123456789");
    expect(upstream.requests[0]?.body).toEqual({
      model: "some-model",
      messages: [{ role: "user", content: "hello there" }],
    });
  });

  test("needs no key, and is then sent none", async () => {
    const upstream = createUpstream();
    running.push(upstream);
    const endpoint = createEndpoint("my-server", { base_url: `${upstream.url}/v1` });
    await endpoint.complete(request);
    expect(upstream.requests[0]?.headers.has("authorization")).toBe(false);
  });

  test("that refuses the call names the variable of its key", async () => {
    const fetch: Fetch = async () => Response.json({ error: "who are you?" }, { status: 401 });
    const error = await failureOf(
      createEndpoint("my-server", { base_url: "http://127.0.0.1:1", fetch }).complete(request),
    );
    expect(error.message).toBe(
      "The endpoint 'my-server' refused the key in OPENAI_COMPATIBLE_MY_SERVER_API_KEY with HTTP 401: who are you?",
    );
  });
});

test.each(["gpt-5-nano", "o3-mini", "openai/gpt-oss-120b"])(
  "a model that is called %s like one of OpenAI's is asked as any other",
  async (model) => {
    const { upstream, provider } = connect("deepinfra");
    const { warnings } = await provider.complete({ ...request, model, temperature: 0.5, max_tokens: 9 });
    expect(warnings).toEqual([]);
    expect(upstream.requests[0]?.body).toMatchObject({ model, temperature: 0.5, max_tokens: 9 });
  },
);

describe("xAI", () => {
  test("counts reasoning beside the completion, and the total gives it away", async () => {
    const usage = {
      prompt_tokens: 12,
      completion_tokens: 2,
      total_tokens: 334,
      prompt_tokens_details: { text_tokens: 12, cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 320 },
    };
    const message = { role: "assistant", content: "Grok", reasoning_content: "One word.", refusal: null };
    const body = { id: "1", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    const completion = await answering("xai", JSON.stringify(body)).complete(request);
    expect(completion.text).toBe("Grok");
    expect(completion.usage).toEqual({
      prompt_tokens: 12,
      completion_tokens: 322,
      total_tokens: 334,
      cached_tokens: 2,
      reasoning_tokens: 320,
    });
  });

  test.each([
    ["beside a larger completion", 50, 82, 70],
    ["within it, as OpenAI does", 50, 62, 50],
  ])("reasoning is read by the total: %s", async (_label, completion_tokens, total_tokens, expected) => {
    const usage = {
      prompt_tokens: 12,
      completion_tokens,
      total_tokens,
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    const message = { role: "assistant", content: "Grok" };
    const body = { id: "1", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    expect((await answering("xai", JSON.stringify(body)).complete(request)).usage).toEqual({
      prompt_tokens: 12,
      completion_tokens: expected,
      total_tokens: 12 + expected,
      reasoning_tokens: 20,
    });
  });

  test("gives a refused key the 400 of a bad request", async () => {
    const error = "Incorrect API key provided: ke***89. You can obtain an API key from https://console.x.ai.";
    const body = JSON.stringify({ code: "Client specified an invalid argument", error });
    const failure = await failureOf(answering("xai", body, 400).complete(request));
    expect(failure).toMatchObject({ reason: "authentication", retryable: false });
    expect(failure.message).toStartWith(
      "xAI refused the key in XAI_API_KEY with HTTP 400: Incorrect API key",
    );
  });
});

describe("Together AI", () => {
  test("is asked for log-probabilities by their number, and answers with lists side by side", async () => {
    const { upstream, provider } = connect("togetherai");
    const { logprobs, finish_reason } = await provider.complete({ ...request, top_logprobs: 2 });
    expect(upstream.requests[0]?.body).toMatchObject({ logprobs: 2 });
    expect(upstream.requests[0]?.body).not.toHaveProperty("top_logprobs");
    expect(logprobs?.map(({ token }) => token)).toEqual(["echo: ", "hello ", "there"]);
    expect(finish_reason).toBe("stop");
  });

  test("is asked for one where the token's own is enough", async () => {
    const { upstream, provider } = connect("togetherai");
    const { logprobs } = await provider.complete({ ...request, top_logprobs: 0 });
    expect(upstream.requests[0]?.body).toMatchObject({ logprobs: 1 });
    expect(logprobs?.[0]).toEqual({ token: "echo: ", logprob: -0.25, top_logprobs: [] });
  });
});

describe("OpenRouter", () => {
  test("is told to look for a model that can do what is asked", async () => {
    const { upstream, provider } = connect("openrouter");
    await provider.complete({ ...request, seed: 7 });
    await provider.complete({ ...request, temperature: 0, max_tokens: 5, user: "me" });
    await provider.complete({
      ...request,
      reasoning_effort: "low",
      provider_options: { provider: { order: ["x"] } },
    });
    expect(upstream.requests[0]?.body).toMatchObject({ provider: { require_parameters: true } });
    expect(upstream.requests[1]?.body).not.toHaveProperty("provider");
    expect(upstream.requests[2]?.body).toMatchObject({
      provider: { require_parameters: true, order: ["x"] },
    });
  });

  test.each([
    [{ cost: 0.00042, cost_details: { upstream_inference_cost: null } }, 0.00042],
    [{ cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } }, 0.021],
    [{ cost: 0.001, is_byok: false, cost_details: { upstream_inference_cost: 0.02 } }, 0.001],
    [{}, undefined],
  ])("says what it bills: %j is %p dollars", async (billed, cost_usd) => {
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4, ...billed };
    const message = { role: "assistant", content: "hi" };
    const body = { id: "1", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    expect((await answering("openrouter", JSON.stringify(body)).complete(request)).cost_usd).toBe(cost_usd);
  });

  test("may say with HTTP 200 that it failed", async () => {
    const body = JSON.stringify({ error: { code: 429, message: "the model is busy" } });
    const error = await failureOf(answering("openrouter", body).complete(request));
    expect(error).toMatchObject({ reason: "rate_limited", status: 429, retryable: true });
    expect(error.message).toBe("OpenRouter answered HTTP 429: the model is busy");
  });

  test.each([
    { error: { message: "the model is gone" } },
    { error: "the model is gone" },
    { object: "error", message: "the model is gone" },
  ])("may say so without a status: %j", async (body) => {
    const error = await failureOf(answering("openrouter", JSON.stringify(body)).complete(request));
    expect(error).toMatchObject({ reason: "server_error", retryable: true });
    expect(error.message).toBe("OpenRouter broke off with an error: the model is gone.");
  });

  test("may fail in the middle of a stream", async () => {
    const chunk = { id: "1", choices: [{ index: 0, delta: { content: "word" }, finish_reason: null }] };
    const failed = {
      id: "1",
      error: { code: 502, message: "the provider hung up" },
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    };
    const { texts, completion, error } = await streamOf(
      answering("openrouter", event(chunk) + event(failed)),
    );
    expect(texts).toEqual(["word"]);
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "server_error", status: 502, retryable: true });
  });
});

describe("servers of one's own", () => {
  test("Ollama is passed a choice of tools, and the answer says that it may not heed it", async () => {
    const { upstream, provider } = connect("ollama");
    const tools = [{ type: "function" as const, function: { name: "f" } }];
    const { warnings } = await provider.complete({ ...request, tools, tool_choice: "required" });
    expect(upstream.requests[0]?.body).toMatchObject({ tool_choice: "required" });
    expect(warnings).toEqual(["tool_choice: sent, but Ollama is not known to act on it"]);
  });

  test("LM Studio is not asked for log-probabilities", async () => {
    const { upstream, provider } = connect("lmstudio");
    const { warnings } = await provider.complete({ ...request, top_logprobs: 1 });
    expect(upstream.requests[0]?.body).not.toHaveProperty("logprobs");
    expect(warnings).toEqual(["top_logprobs: not supported by LM Studio, left out"]);
  });
});

describe("answers of compatible servers", () => {
  const whole = (message: object, finish_reason: string | null = "stop") =>
    JSON.stringify({ id: "1", choices: [{ index: 0, message, finish_reason }] });

  test("asked for log-probabilities, an answer without them has a warning", async () => {
    const { warnings, ...completion } = await answering(
      "huggingface",
      whole({ role: "assistant", content: "hi" }),
    ).complete({ ...request, top_logprobs: 1 });
    expect(warnings).toEqual(["top_logprobs: Hugging Face returned none"]);
    expect(completion).not.toHaveProperty("logprobs");
  });

  test("an answer with the tokens' own log-probabilities alone has one too", async () => {
    const choice = {
      index: 0,
      message: { role: "assistant", content: "hi" },
      finish_reason: "stop",
      logprobs: { content: [{ token: "hi", logprob: -1 }] },
    };
    const body = JSON.stringify({ id: "1", choices: [choice] });
    const { warnings, logprobs } = await answering("deepinfra", body).complete({
      ...request,
      top_logprobs: 5,
    });
    expect(logprobs).toEqual([{ token: "hi", logprob: -1, top_logprobs: [] }]);
    expect(warnings).toEqual(["top_logprobs: DeepInfra returned no likeliest others"]);
  });

  test.each([
    ["eos", "stop"],
    ["EOS_TOKEN", "stop"],
    ["abort", "error"],
    ["error", "error"],
    ["a_reason_of_tomorrow", "other"],
  ] as const)("finish reason %s is %s", async (finish_reason, expected) => {
    const body = whole({ role: "assistant", content: "hi" }, finish_reason);
    expect((await answering("huggingface", body).complete(request)).finish_reason).toBe(expected);
  });

  test("a tool call that comes in odd pieces is put together", async () => {
    const piece = (tool_calls: object[], finish_reason: string | null = null) =>
      event({ id: "1", choices: [{ index: 0, delta: { tool_calls }, finish_reason }] });
    const body = [
      piece([{ index: 0, id: "a", type: "function", function: { arguments: "" } }]),
      piece([{ index: 0, function: { name: "f", arguments: '{"x":' } }]),
      piece([{ index: 0, function: { arguments: "1}" } }]),
      piece([{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{}" } }]),
      piece([], "tool_calls"),
      "data: [DONE]\n\n",
    ].join("");
    const { tool_calls, completion } = await streamOf(answering("huggingface", body));
    expect(tool_calls.map(({ function: called }) => called)).toEqual([
      { name: "f", arguments: '{"x":1}' },
      { name: "g", arguments: "{}" },
    ]);
    expect(completion?.tool_calls).toEqual(tool_calls);
    expect(completion?.finish_reason).toBe("tool_calls");
  });

  test("a tool call of many pieces streams as they come, the first naming it", async () => {
    const { provider } = connect("xai", {
      answer: () => ({ text: "", tool_calls: [{ id: "a", name: "f", arguments: '{"city":"Paris"}' }] }),
    });
    const deltas = await Array.fromAsync(provider.stream?.(request) ?? []);
    const pieces = deltas.flatMap((delta) => (delta.type === "tool_call" ? [delta] : []));
    expect(pieces.map((piece) => piece.arguments).join("")).toBe('{"city":"Paris"}');
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece).toMatchObject({ index: 0, id: "a", name: "f" });
  });

  test("a stream that ends cleanly without a finish reason is no answer, [DONE] or not", async () => {
    const chunk = event({
      id: "1",
      choices: [{ index: 0, delta: { content: "word" }, finish_reason: null }],
    });
    for (const body of [chunk, `${chunk}data: [DONE]\n\n`]) {
      const { completion, error } = await streamOf(answering("huggingface", body));
      expect(completion).toBeNull();
      expect(error).toMatchObject({ reason: "invalid_response", retryable: false });
      expect(error?.message).toContain("without a finish reason");
    }
  });

  test.each([
    [{ error: { message: "slow down", type: "rate_limit_error" } }, "rate_limited", 429, "slow down"],
    [{ error: { message: "full", code: 503 } }, "overloaded", 503, "full"],
    [{ error: { message: "no more is known." } }, "server_error", undefined, "an error: no more is known."],
    [{ error: "no more is known" }, "server_error", undefined, "an error: no more is known."],
    [{ object: "error", message: "gone", code: null }, "server_error", undefined, "gone."],
    [{ object: "error", message: "too long", code: 400 }, "invalid_request", 400, "too long"],
  ] as const)("an error in mid-stream, %j, is %s", async (failed, reason, status, words) => {
    const { error } = await streamOf(answering("huggingface", event(failed)));
    expect(error).toMatchObject({ reason, status, retryable: reason !== "invalid_request" });
    expect(error?.message).toEndWith(words);
  });
});
