import { afterEach, describe, expect, test } from "bun:test";
import { createOpenAi } from "../../src/providers/openai.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { loggedError } from "../../src/telemetry/log.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { waitUntil } from "../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const KEY = "sk-proj-0123456789abcdefghij";
const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function connect(options: UpstreamOptions = {}) {
  const upstream = createUpstream(options);
  running.push(upstream);
  return { upstream, openai: createOpenAi({ api_key: KEY, base_url: `${upstream.url}/v1` }) };
}

const ask = (more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "hello there" }],
  ...more,
});

describe("what is sent", () => {
  test("goes to /chat/completions with the key, and holds what was asked and no more", async () => {
    const { upstream, openai } = connect();
    await openai.complete(ask({ choices: ["a", "b"], question: "which?" }));
    const [sent] = upstream.requests;
    expect(sent?.path).toBe("/v1/chat/completions");
    expect(sent?.headers.get("authorization")).toBe(`Bearer ${KEY}`);
    expect(sent?.body).toEqual({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "hello there" }],
    });
  });

  test("has every parameter that was given", async () => {
    const { upstream, openai } = connect();
    const messages: CompletionRequest["messages"] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "one" },
      { role: "assistant", content: "two" },
      { role: "user", content: "three" },
    ];
    await openai.complete(
      ask({ messages, max_tokens: 9, temperature: 0, top_p: 0.5, stop: ["\n"], seed: 4 }),
    );
    expect(upstream.requests[0]?.body).toEqual({
      model: "gpt-4o-mini",
      messages: [...messages],
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      stop: ["\n"],
      seed: 4,
    });
  });

  const SCHEMA = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  };

  test.each([
    [{ type: "text" }, undefined],
    [{ type: "json_object" }, { type: "json_object" }],
    [
      { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA } },
      { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA, strict: false } },
    ],
    [
      {
        type: "json_schema",
        json_schema: { name: "answer", description: "A city.", schema: SCHEMA, strict: true },
      },
      {
        type: "json_schema",
        json_schema: { name: "answer", description: "A city.", schema: SCHEMA, strict: true },
      },
    ],
  ] as const)("response_format %o is sent as %o", async (response_format, sent) => {
    const { upstream, openai } = connect();
    const { warnings } = await openai.complete(ask({ response_format }));
    expect(upstream.requests[0]?.body.response_format).toEqual(sent);
    expect(warnings).toEqual([]);
  });

  test.each([
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [
      { type: "function", function: { name: "weather" } },
      { type: "function", function: { name: "weather" } },
    ],
  ] as const)("tools are sent with the choice %o", async (tool_choice, sent) => {
    const { upstream, openai } = connect();
    const tools = [
      {
        type: "function" as const,
        function: { name: "weather", description: "It.", parameters: SCHEMA, strict: true },
      },
      { type: "function" as const, function: { name: "nothing" } },
    ];
    await openai.complete(ask({ tools, tool_choice }));
    expect(upstream.requests[0]?.body).toMatchObject({
      tools: [
        tools[0],
        { type: "function", function: { name: "nothing", parameters: { type: "object", properties: {} } } },
      ],
      tool_choice: sent,
    });
  });

  test("a conversation with tool calls is sent as it was", async () => {
    const { upstream, openai } = connect();
    const call = {
      id: "call_1",
      type: "function" as const,
      function: { name: "weather", arguments: '{"city":"Rome"}' },
    };
    const messages: CompletionRequest["messages"] = [
      { role: "user", content: "And in Rome?" },
      { role: "assistant", content: "Let me see.", tool_calls: [call] },
      { role: "tool", content: "sunny", tool_call_id: "call_1" },
    ];
    await openai.complete(ask({ messages }));
    expect<unknown>(upstream.requests[0]?.body.messages).toEqual(messages);
  });

  test.each([0, 5])("%i likeliest tokens are asked for", async (top_logprobs) => {
    const { upstream, openai } = connect();
    const { logprobs } = await openai.complete(ask({ top_logprobs }));
    expect(upstream.requests[0]?.body).toMatchObject({ logprobs: true, top_logprobs });
    expect(logprobs?.map((token) => token.top_logprobs.length)).toEqual([0, 0, 0].fill(top_logprobs));
  });

  test("a tool call without arguments is sent with none, however it was written", async () => {
    const { upstream, openai } = connect();
    const call = { id: "call_1", type: "function" as const, function: { name: "now", arguments: "" } };
    const messages: CompletionRequest["messages"] = [
      { role: "user", content: "What time is it?" },
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", content: "noon", tool_call_id: "call_1" },
    ];
    await openai.complete(ask({ messages }));
    expect(JSON.stringify(upstream.requests[0]?.body)).toContain('"arguments":"{}"');
  });

  test("asks for usage when it streams", async () => {
    const { upstream, openai } = connect();
    await Array.fromAsync(openai.stream?.(ask()) ?? []);
    expect(upstream.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("a base URL may end in slashes", async () => {
    const { upstream } = connect();
    const openai = createOpenAi({ api_key: KEY, base_url: `${upstream.url}/v1//` });
    expect((await openai.complete(ask())).text).toBe("echo: hello there");
  });
});

describe("what comes back", () => {
  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["tool_calls", "tool_calls"],
    ["eos_token_of_a_compatible_server", "other"],
  ] as const)("finish reason %s is %s", async (finish_reason, expected) => {
    const { openai } = connect({ answer: () => ({ text: "hi", finish_reason }) });
    expect((await openai.complete(ask())).finish_reason).toBe(expected);
    const { completion } = await readDeltas(openai.stream?.(ask()) ?? failing());
    expect(completion?.finish_reason).toBe(expected);
  });

  test("no usage is null, never zero", async () => {
    const { openai } = connect({ answer: () => ({ text: "hi", usage: false }) });
    expect((await openai.complete(ask())).usage).toBeNull();
    expect((await readDeltas(openai.stream?.(ask()) ?? failing())).completion?.usage).toBeNull();
  });

  test("an empty answer with its reason is an answer", async () => {
    const { openai } = connect({ answer: () => ({ text: "", finish_reason: "length" }) });
    expect(await openai.complete(ask())).toMatchObject({ text: "", finish_reason: "length" });
    expect(await readDeltas(openai.stream?.(ask()) ?? failing())).toMatchObject({
      texts: [],
      error: null,
      completion: { text: "", finish_reason: "length" },
    });
  });

  test("what a reasoning model cannot do is warned of in this project's words", async () => {
    const { upstream, openai } = connect();
    const { warnings } = await openai.complete(
      ask({ model: "o3-mini", temperature: 1, top_p: 0.9, max_tokens: 50 }),
    );
    expect(warnings).toEqual([
      "temperature: temperature is not supported for reasoning models",
      "top_p: top_p is not supported for reasoning models",
    ]);
    expect(upstream.requests[0]?.body).toMatchObject({ max_completion_tokens: 50 });
  });

  test("a refusal is its text, and content_filter", async () => {
    const { openai } = connect({ answer: () => ({ text: "I will not.", refused: true }) });
    expect(await openai.complete(ask())).toMatchObject({
      text: "I will not.",
      finish_reason: "content_filter",
    });
    expect((await readDeltas(openai.stream?.(ask()) ?? failing())).completion).toMatchObject({
      text: "I will not.",
      finish_reason: "content_filter",
    });
  });

  test("log-probabilities that a reasoning model does not give are warned of once", async () => {
    const { openai } = connect();
    const { warnings, ...completion } = await openai.complete(ask({ model: "o3-mini", top_logprobs: 1 }));
    expect(completion).not.toHaveProperty("logprobs");
    expect(warnings).toEqual([
      "logprobs is not supported for reasoning models",
      "top_logprobs is not supported for reasoning models",
    ]);
  });

  test("the model's name is the one that the provider returns", async () => {
    const returned = "gpt-4o-mini-2024-07-18";
    const answer = { message: { role: "assistant", content: "hi" }, finish_reason: "stop", index: 0 };
    const chunk = {
      model: returned,
      choices: [{ index: 0, delta: { content: "hi" }, finish_reason: "stop" }],
    };
    const fetch = async (_input: string | URL | Request, init?: RequestInit) =>
      String(init?.body).includes('"stream":true')
        ? new Response(`data: ${JSON.stringify(chunk)}\n\n`)
        : Response.json({ model: returned, choices: [answer] });
    const openai = createOpenAi({ api_key: KEY, fetch });
    expect((await openai.complete(ask())).model).toBe(returned);
    expect((await readDeltas(openai.stream?.(ask()) ?? failing())).completion?.model).toBe(returned);
  });

  test("a reader that leaves hangs up", async () => {
    const { upstream, openai } = connect({ answer: () => "word ".repeat(200_000) });
    for await (const delta of openai.stream?.(ask()) ?? failing()) {
      expect(delta.type).toBe("text");
      break;
    }
    await waitUntil(() => upstream.requests[0]?.aborted);
  });
});

describe("how it fails", () => {
  const failed = async (options: UpstreamOptions) => failureOf(connect(options).openai.complete(ask()));

  test("a 400 is the caller's, in the provider's own words", async () => {
    const error = await failed({ fault: { status: 400, message: "max_tokens is too large: 9." } });
    expect(error).toMatchObject({ reason: "invalid_request", status: 400, retryable: false });
    expect(error.message).toBe("OpenAI answered HTTP 400: max_tokens is too large: 9.");
  });

  test("a 401 names the variable, and never the key, whole or starred", async () => {
    const error = await failed({
      fault: { status: 401, message: `Incorrect API key provided: ${KEY}, sk-pr***ghij.` },
    });
    expect(error.message).toBe(
      "OpenAI refused the key in OPENAI_API_KEY with HTTP 401: Incorrect API key provided: [key], [key].",
    );
  });

  test.each([
    [`echo ${KEY}`, "echo [key]"],
    ["sent: Authorization: Bearer abc.def", "sent: Authorization: [key]"],
    ["another key sk-ant-api03-AAAA1111", "another key [key]"],
    ["key-related and task-specific words stay", "key-related and task-specific words stay"],
  ])("'%s' is shown as '%s'", async (message, shown) => {
    expect((await failed({ fault: { status: 500, message } })).message).toBe(
      `OpenAI answered HTTP 500: ${shown}`,
    );
  });

  test("a key of any form is struck out where the provider quotes it", async () => {
    const api_key = "ourOwnGatewayPassphrase";
    const fetch = async () => new Response(`bad credentials: ${api_key}!`, { status: 403 });
    const { message } = await failureOf(createOpenAi({ api_key, fetch }).complete(ask()));
    expect(message).toBe("OpenAI refused the key in OPENAI_API_KEY with HTTP 403: bad credentials: [key]!");
  });

  test.each([
    ["no JSON", "is not JSON", `{"choices": ${KEY} the answer ${"long ".repeat(1000)}`],
    [
      "of another shape",
      "no choices",
      JSON.stringify({ choices: `${KEY} the answer ${"long ".repeat(1000)}` }),
    ],
  ])(
    "an answer that is %s is not quoted, nor is the key in it, to those who read the log",
    async (_, why, body) => {
      const { openai } = connect({ fault: { status: 200, body } });
      const logged = JSON.stringify(loggedError(await failureOf(openai.complete(ask()))));
      expect(logged).toContain(why);
      expect(logged).not.toContain("the answer");
      expect(logged).not.toContain(KEY);
      expect(logged.length).toBeLessThan(10_000);
    },
  );

  test.each(["sk-0123\n456789abcdef", "sk-0123456789日本"])(
    "a key that can't be sent, %j, is named as such",
    async (key) => {
      const { upstream } = connect();
      const openai = createOpenAi({ api_key: key, base_url: `${upstream.url}/v1` });
      const error = await failureOf(openai.complete(ask()));
      expect(error).toMatchObject({
        reason: "authentication",
        message: "OpenAI was not called: the key in OPENAI_API_KEY can't stand in a header.",
        retryable: false,
      });
      expect(upstream.calls).toBe(0);
    },
  );

  test("a long reason is cut at 500 characters", async () => {
    const { message } = await failed({ fault: { status: 500, message: "long ".repeat(1000) } });
    expect(message).toHaveLength(500);
  });

  test.each([
    ['{"error":"model not loaded"}', "model not loaded"],
    ['{"message":"no such deployment"}', "no such deployment"],
    ['{"detail":[{"loc":["body"],"msg":"too long"}]}', '[{"loc":["body"],"msg":"too long"}]'],
    ["plain words", "plain words"],
    ["<html><body>nginx</body></html>", "Not Found"],
    ["", "Not Found"],
  ])("a compatible server's error body %s is understood", async (body, reason) => {
    const error = await failed({ fault: { status: 404, body } });
    expect(error).toMatchObject({ reason: "invalid_request", status: 404 });
    expect(error.message).toBe(`OpenAI answered HTTP 404: ${reason}`);
  });

  test("an account without credit is not worth another try, a busy one is", async () => {
    const body = JSON.stringify({
      error: { message: "quota", type: "insufficient_quota", code: "insufficient_quota" },
    });
    expect(await failed({ fault: { status: 429, body } })).toMatchObject({
      reason: "rate_limited",
      retryable: false,
    });
    expect(await failed({ fault: { status: 429 } })).toMatchObject({
      reason: "rate_limited",
      retryable: true,
    });
  });

  test("Retry-After is passed on, as is OpenAI's retry-after-ms", async () => {
    const fault = (headers: Record<string, string>) => ({ fault: { status: 429, headers } });
    expect((await failed(fault({ "retry-after": "3" }))).retry_after_ms).toBe(3000);
    expect((await failed(fault({ "retry-after-ms": "120" }))).retry_after_ms).toBe(120);
    expect((await failed(fault({}))).retry_after_ms).toBeUndefined();
  });

  test("an unknown host is unreachable", async () => {
    const openai = createOpenAi({ api_key: KEY, base_url: "http://no-such-host.invalid/v1" });
    const error = await failureOf(openai.complete(ask()));
    expect(error).toMatchObject({ reason: "unreachable", retryable: true });
    expect(error.message).not.toContain("no-such-host");
  });

  test("a time-out of the network itself is a time-out", async () => {
    const fetch = async () => {
      throw new DOMException("The operation timed out.", "TimeoutError");
    };
    const error = await failureOf(createOpenAi({ api_key: KEY, fetch }).complete(ask()));
    expect(error).toMatchObject({ reason: "timeout", retryable: true });
  });

  test("an answer without choices, and one of another shape, are invalid responses", async () => {
    for (const body of [{ choices: [] }, { object: "list", data: [] }]) {
      const openai = createOpenAi({ api_key: KEY, fetch: async () => Response.json(body) });
      expect(await failureOf(openai.complete(ask()))).toMatchObject({
        reason: "invalid_response",
        retryable: false,
      });
    }
  });

  const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
  const word = event({ id: "1", choices: [{ index: 0, delta: { content: "word" }, finish_reason: null }] });
  const streamed = (...events: string[]) => {
    const headers = { "content-type": "text/event-stream" };
    const openai = createOpenAi({
      api_key: KEY,
      fetch: async () => new Response(events.join(""), { headers }),
    });
    return readDeltas(openai.stream?.(ask()) ?? failing());
  };

  test.each([
    [{ message: "slow down", type: "rate_limit_error", code: "rate_limit_exceeded" }, "rate_limited"],
    [{ message: "the engine died", type: "server_error", code: null }, "server_error"],
    [{ message: "no more is known" }, "server_error"],
  ])("an error in mid-stream, %o, is %s", async (error, reason) => {
    const { texts, completion, error: failure } = await streamed(word, event({ error }));
    expect(texts).toEqual(["word"]);
    expect(completion).toBeNull();
    expect(failure).toMatchObject({ reason, retryable: true });
    expect(failure?.message).toContain(error.message);
  });

  test("usage in a last chunk that has choices too is not lost", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
    const last = event({ id: "1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage });
    const { completion } = await streamed(word, last, "data: [DONE]\n\n");
    expect(completion).toMatchObject({ text: "word", finish_reason: "stop", usage });
  });

  test("[DONE] alone does not make an answer whole", async () => {
    const { completion, error } = await streamed(word, "data: [DONE]\n\n");
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "invalid_response" });
  });
});

function failing(): never {
  throw new Error("openai streams");
}
