import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import OpenAI from "openai";
import type { ChatCompletionChunk, ChatCompletionCreateParams } from "openai/resources";
import type { CompletionRecord } from "../../../src/domain/completions/completion.ts";
import { type Envelope, expectRefused, UUID } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../../support/upstream/index.ts";

const newDir = tempDirs();

/** Each test sets the provider's behaviour. All of them share one server. */
let behaviour: UpstreamOptions = {};
let upstream: Upstream;
let server: TestServer;
let key: string;
let client: OpenAI;

const clientOf = ({ url }: TestServer, apiKey: string) =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

async function createKey(to: TestServer, role: string): Promise<string> {
  const { body } = await to.request<{ key: string }>("POST", "/v1/auth/api-keys", {
    token: to.token,
    body: { name: "gateway", role },
  });
  return body.key;
}

beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "an answer",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  server = await startServer({ openai_api_key: "sk-upstream", openai_base_url: `${upstream.url}/v1` });
  key = await createKey(server, "service");
  client = clientOf(server, key);
});
afterEach(() => {
  behaviour = {};
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const MODEL = "openai/gpt-4o-mini";
const HELLO = [{ role: "user" as const, content: "hello" }];
const ADD = {
  type: "function" as const,
  function: {
    name: "add",
    description: "Adds two numbers.",
    parameters: { type: "object", properties: { left: { type: "number" }, right: { type: "number" } } },
  },
};
const CALL = { id: "call_1", name: "add", arguments: '{"left":17,"right":25}' };

/** Returns the error that the client raises. */
async function raised(work: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error("the call was expected to fail");
}

const post = <Body = unknown>(body: object) =>
  server.request<Body>("POST", "/v1/chat/completions", { token: key, body });

/** Returns the data of a stream's events, unparsed. */
async function eventsOf(body: object): Promise<string[]> {
  const { body: text } = await post<string>({ ...body, stream: true });
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => event.slice("data: ".length));
}

const parse = (event: string): ChatCompletionChunk => JSON.parse(event);

async function recordOf(id: string): Promise<CompletionRecord> {
  const path = `/v1/completions/${id.replace("chatcmpl-", "")}`;
  return (await server.request<CompletionRecord>("GET", path, { token: key })).body;
}

describe("the official client: a chat", () => {
  test("is answered with its usage, and can be read back by its id", async () => {
    behaviour = { answer: () => ({ text: "an answer", cached_tokens: 1, reasoning_tokens: 7 }) };
    const before = Math.floor(Date.now() / 1000);
    const answer = await client.chat.completions.create({ model: MODEL, messages: HELLO });
    expect(answer).toMatchObject({
      object: "chat.completion",
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "an answer", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 9,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 7 },
      },
    });
    expect(answer.id.replace("chatcmpl-", "")).toMatch(UUID);
    expect(answer.created).toBeWithin(before, before + 60);
    expect(answer.choices[0]?.message).not.toHaveProperty("tool_calls");
    expect(await recordOf(answer.id)).toMatchObject({
      status: "completed",
      provider: "openai",
      model: "gpt-4o-mini",
      messages: HELLO,
      text: "an answer",
    });
  });

  test("passes parameters on to the provider", async () => {
    const asked: ChatCompletionCreateParams = {
      model: MODEL,
      messages: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "hel" },
            { type: "text", text: "lo" },
          ],
        },
      ],
      max_completion_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      stop: "END",
      seed: 7,
      response_format: { type: "json_object" },
    };
    const { id } = await client.chat.completions.create(asked);
    expect(upstream.requests.at(-1)?.body).toMatchObject({
      model: "gpt-4o-mini",
      temperature: 0.5,
      top_p: 0.9,
      stop: ["END"],
      seed: 7,
      response_format: { type: "json_object" },
    });
    const { messages, params } = await recordOf(id);
    expect(messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hel\nlo" },
    ]);
    expect(params).toMatchObject({ max_completion_tokens: 50, stop: ["END"], seed: 7 });
  });

  test("returns log-probabilities in OpenAI's form", async () => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: HELLO,
      logprobs: true,
      top_logprobs: 2,
    });
    const [first] = choices[0]?.logprobs?.content ?? [];
    expect(first).toMatchObject({ token: "an ", logprob: -0.25, bytes: null });
    expect(first?.top_logprobs.map(({ token }) => token)).toEqual(["an ", "other1"]);
  });

  test("ignores nulls and values without an effect", async () => {
    const { status, body } = await post({
      model: MODEL,
      messages: [
        ...HELLO,
        {
          role: "assistant",
          content: "hi",
          refusal: null,
          annotations: [],
          audio: null,
          function_call: null,
        },
        ...HELLO,
      ],
      user: null,
      metadata: {},
      store: false,
      service_tier: "auto",
      n: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      logit_bias: {},
      modalities: ["text"],
      parallel_tool_calls: true,
      temperature: null,
      stop: null,
      tools: null,
      response_format: null,
      stream_options: null,
    });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("warnings");
    expect(upstream.requests.at(-1)?.body).not.toHaveProperty("temperature");
  });

  test("warns about every field that is ignored, streamed or not, and stores the warnings", async () => {
    const request = {
      model: MODEL,
      messages: [{ ...HELLO[0], name: "Ann" }, { role: "assistant", content: "hi", name: "Bob" }, ...HELLO],
      safety_identifier: "ann",
    };
    const warnings = [
      "safety_identifier: is not supported and was ignored",
      "messages.0.name: is not supported and was ignored",
    ];
    const { body } = await post<{ id: string; warnings: string[] }>(request);
    expect(body.warnings).toEqual(warnings);
    expect((await recordOf(body.id)).warnings).toEqual(warnings);
    const last = JSON.parse((await eventsOf(request)).at(-2) ?? "");
    expect(last.warnings).toEqual(warnings);
  });

  test("has at most twenty warnings and a count of the others", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x_${index}`, 1]));
    const messages = [{ ...HELLO[0], ...many }];
    const { body } = await post<{ warnings: string[] }>({ model: MODEL, messages });
    expect(body.warnings).toHaveLength(21);
    expect(body.warnings.at(-1)).toBe("10 more fields are not supported and were ignored");
  });

  test("accepts a model's refusal as an earlier message", async () => {
    await post({
      model: MODEL,
      messages: [
        ...HELLO,
        { role: "assistant", content: null, refusal: "I will not." },
        { role: "assistant", content: [{ type: "refusal", refusal: "Nor this." }] },
        ...HELLO,
      ],
    });
    const sent = upstream.requests.at(-1)?.body.messages;
    expect(sent).toMatchObject([{}, { content: "I will not." }, { content: "Nor this." }, {}]);
  });

  test("warns about parameters that the provider cannot honour", async () => {
    const { body } = await post<{ warnings?: string[] }>({
      model: "baseline/echo",
      messages: HELLO,
      tools: [ADD],
    });
    const withoutTools = (await post<object>({ model: "baseline/echo", messages: HELLO })).body;
    expect(body.warnings?.join()).toInclude("tools");
    expect(withoutTools).not.toHaveProperty("warnings");
  });

  test("accepts a model whose name has slashes and a query", async () => {
    const model = "mock/mock?latency_ms=1&seed=3";
    const answer = await client.chat.completions.create({ model, messages: HELLO });
    expect(answer.model).toBe(model);
    await client.chat.completions.create({ model: "openai/team/gpt-4o", messages: HELLO });
    expect(upstream.requests.at(-1)?.body.model).toBe("team/gpt-4o");
  });
});

describe("the official client: a stream", () => {
  test("comes in pieces, with its usage at the end", async () => {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("an answer");
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "", refusal: null });
    expect(chunks.at(-2)?.choices[0]).toEqual({
      index: 0,
      delta: {},
      logprobs: null,
      finish_reason: "stop",
    });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(await recordOf(chunks[0]?.id ?? "")).toMatchObject({ status: "completed", text: "an answer" });
  });

  test("ends with [DONE], and has usage only if requested", async () => {
    const events = await eventsOf({ model: MODEL, messages: HELLO });
    expect(events.at(-1)).toBe("[DONE]");
    const chunks = events.slice(0, -1).map(parse);
    expect(chunks.map(({ object }) => object)).toEqual(chunks.map(() => "chat.completion.chunk"));
    expect(chunks.filter((chunk) => "usage" in chunk || chunk.choices.length !== 1)).toEqual([]);
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason !== null)).toHaveLength(1);
  });

  test("that fails ends with an error, without a finish reason or [DONE]", async () => {
    behaviour = { answer: () => "one two three four five six", fault: "cut" };
    const events = await eventsOf({ model: MODEL, messages: HELLO });
    expect(parse(events[1] ?? "").choices[0]?.delta.content).toStartWith("one");
    expect(JSON.parse(events.at(-1) ?? "")).toEqual({
      error: {
        message: expect.stringMatching(/\S/),
        type: "server_error",
        param: null,
        code: expect.stringMatching(/^(unreachable|invalid_response)$/),
      },
    });
    expect(events.filter((event) => event === "[DONE]" || event.includes('"finish_reason":"'))).toEqual([]);
    const { id } = parse(events[0] ?? "");
    expect(await recordOf(id)).toMatchObject({ status: "failed", finish_reason: "error" });
  });

  test("that fails raises the client's own error", async () => {
    behaviour = { answer: () => "one two three four five six", fault: "cut" };
    const stream = await client.chat.completions.create({ model: MODEL, messages: HELLO, stream: true });
    expect(await raised(Array.fromAsync(stream))).toBeInstanceOf(OpenAI.APIError);
  });

  test("that fails before it begins has the status of its failure", async () => {
    behaviour = { fault: { status: 400, message: "max_tokens is too large" } };
    const error = await raised(
      client.chat.completions.create({ model: MODEL, messages: HELLO, stream: true }),
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.message).toInclude("max_tokens is too large");
  });

  test("ends the provider's call if the client disconnects", async () => {
    behaviour = { answer: () => "one two three four five six", fault: "stall" };
    const stream = await client.chat.completions.create({ model: MODEL, messages: HELLO, stream: true });
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
    await waitUntil(() => upstream.requests.at(-1)?.aborted);
    expect(upstream.requests.at(-1)?.aborted).toBe(true);
  });
});

describe("a finish reason", () => {
  const ended = async (finish_reason: string) => {
    behaviour = { answer: () => ({ text: "half", finish_reason }) };
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: HELLO });
    return choices[0]?.finish_reason;
  };

  test("is always one of OpenAI's", async () => {
    expect(await ended("length")).toBe("length");
    expect(await ended("content_filter")).toBe("content_filter");
    expect(await ended("something_else")).toBe("stop");
  });

  test("is replaced by an error if the provider ended its answer with one, streamed or not", async () => {
    expect((await raised(ended("error"))).status).toBe(503);
    const events = await eventsOf({ model: MODEL, messages: HELLO });
    expect(JSON.parse(events.at(-1) ?? "").error).toMatchObject({
      type: "server_error",
      code: "server_error",
    });
    expect(events).not.toContain("[DONE]");
  });
});

describe("the official client: tools", () => {
  const asked = { model: MODEL, messages: HELLO, tools: [ADD] };
  const called = [
    { id: CALL.id, type: "function", function: { name: CALL.name, arguments: CALL.arguments } },
  ];

  test("the message of a call has no content", async () => {
    behaviour = { answer: () => ({ text: "", tool_calls: [CALL] }) };
    const { choices } = await client.chat.completions.create({ ...asked, tool_choice: "required" });
    expect(choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { content: null, tool_calls: called },
    });
    const { body } = upstream.requests.at(-1) ?? {};
    expect(body).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "add" } }] });
  });

  test("calls are streamed in pieces that the client puts together", async () => {
    const second = { id: "call_2", name: "add", arguments: '{"left":1,"right":2}' };
    behaviour = { answer: () => ({ text: "", tool_calls: [CALL, second] }) };
    const { choices } = await client.chat.completions.stream(asked).finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    const made = choices[0]?.message.tool_calls?.map((call) =>
      call.type === "function" ? call.function : call,
    );
    expect(made).toMatchObject(
      [CALL, second].map(({ name, arguments: args }) => ({ name, arguments: args })),
    );
  });

  test("a stream that fails keeps the calls so far, with their tokens", async () => {
    behaviour = { answer: () => ({ text: "", tool_calls: [CALL] }), fault: "cut" };
    const events = await eventsOf(asked);
    const first = parse(events.find((event) => event.includes("tool_calls")) ?? "");
    const record = await recordOf(first.id);
    expect(record).toMatchObject({ status: "failed", finish_reason: "error", text: "" });
    const [kept] = record.tool_calls ?? [];
    expect(kept).toMatchObject({ id: CALL.id, function: { name: CALL.name } });
    expect(CALL.arguments).toStartWith(kept?.function.arguments ?? "none");
    expect(record.usage).toMatchObject({ estimated: true });
    expect(record.usage?.completion_tokens).toBeGreaterThan(0);
  });

  test("calls and tools are counted if the provider reports no usage", async () => {
    const usageOf = async (request: object) =>
      (await post<OpenAI.ChatCompletion>({ model: MODEL, messages: HELLO, ...request })).body.usage;
    behaviour = { answer: () => ({ text: "", tool_calls: [CALL], usage: false }) };
    const called = await usageOf({ tools: [ADD] });
    behaviour = { answer: () => ({ text: "", usage: false }) };
    const silent = await usageOf({});
    expect(silent).toMatchObject({ completion_tokens: 0, estimated: true });
    // o200k: at least one token each for `add`, its two keys and two numbers.
    expect(called?.completion_tokens).toBeWithin(5, 20);
    expect(called?.prompt_tokens).toBeGreaterThan((silent?.prompt_tokens ?? 0) + 20);
  });

  test("the id and name of a streamed call are sent once, because clients join the pieces", async () => {
    behaviour = { answer: () => ({ text: "", tool_calls: [CALL] }) };
    const events = (await eventsOf(asked)).slice(0, -1).map(parse);
    const pieces = events.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map(({ id }) => id ?? "").join("")).toBe(CALL.id);
    expect(pieces.map((piece) => piece.function?.name ?? "").join("")).toBe(CALL.name);
    expect(pieces.map((piece) => piece.function?.arguments ?? "").join("")).toBe(CALL.arguments);
  });

  test("a result is sent back to the model, also with the fields that a client adds to the call", async () => {
    behaviour = { answer: () => "It is 42." };
    const { status } = await post({
      ...asked,
      messages: [
        ...HELLO,
        {
          role: "assistant",
          content: null,
          refusal: null,
          tool_calls: called.map((call) => ({ ...call, index: 0 })),
        },
        { role: "tool", tool_call_id: CALL.id, content: [{ type: "text", text: "42" }] },
      ],
    });
    expect(status).toBe(200);
    expect(upstream.requests.at(-1)?.body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", tool_calls: called },
      { role: "tool", tool_call_id: CALL.id, content: "42" },
    ]);
  });
});

describe("the official client raises its own errors", () => {
  const ask = (request: Partial<ChatCompletionCreateParams> = {}, as = client) =>
    raised(as.chat.completions.create({ model: MODEL, messages: HELLO, ...request, stream: false }));

  test("AuthenticationError for an unknown key", async () => {
    const error = await ask({}, clientOf(server, `ltb_${"x".repeat(32)}`));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect({ code: error.code, type: error.type }).toEqual({
      code: "invalid_api_key",
      type: "authentication_error",
    });
  });

  test("PermissionDeniedError for a role without the permission", async () => {
    const error = await ask({}, clientOf(server, await createKey(server, "viewer")));
    expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
  });

  test("BadRequestError naming the parameter", async () => {
    const error = await ask({ temperature: 9 });
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: "temperature", type: "invalid_request_error", code: null });
    expect(error.message).toInclude("must be at most 2");
  });

  test("BadRequestError for an unknown provider, whose parameter is the model", async () => {
    const error = await ask({ model: "opnai/gpt-4o" });
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.param).toBe("model");
    expect(error.message).toInclude("Did you mean 'openai'?");
  });

  test("NotFoundError for an unknown path", async () => {
    expect(await raised(client.chat.completions.retrieve("chatcmpl-1"))).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await raised(client.models.retrieve("gpt-4o"))).toBeInstanceOf(OpenAI.NotFoundError);
  });

  test("RateLimitError with Retry-After", async () => {
    const limited = await startServer({ rate_limit_rps: 1, rate_limit_burst: 1 });
    const hurried = clientOf(limited, await createKey(limited, "service"));
    const asked = { model: "mock/mock", messages: HELLO };
    const errors = await Promise.all(
      Array.from({ length: 8 }, () =>
        hurried.chat.completions.create(asked).then(
          () => null,
          (error) => error,
        ),
      ),
    );
    await limited.stop();
    const refused = errors.filter((error) => error !== null);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      expect(error).toMatchObject({ type: "rate_limit_error", code: "rate_limit_exceeded" });
      expect(Number(error.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  test("InternalServerError with status 503 if the provider failed or has no key", async () => {
    behaviour = { fault: { status: 500, headers: { "retry-after-ms": "1" } } };
    const failed = await ask();
    expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
    expect({ status: failed.status, code: failed.code }).toEqual({ status: 503, code: "server_error" });
    const bare = await ask({ model: "anthropic/claude-sonnet-4-5" });
    expect({ status: bare.status, code: bare.code }).toEqual({ status: 503, code: "not_configured" });
    expect(bare.message).toInclude("ANTHROPIC_API_KEY");
  });

  test("the client's own retry succeeds", async () => {
    const patient = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: key, maxRetries: 1 });
    const until = upstream.calls + 1;
    behaviour = { fault: (call) => (call <= until ? { status: 401 } : undefined) };
    const { choices } = await patient.chat.completions.create({ model: MODEL, messages: HELLO });
    expect(choices[0]?.message.content).toBe("an answer");
  });
});

describe("errors have OpenAI's shape on OpenAI's paths, and the envelope elsewhere", () => {
  const shapeOf = async (method: string, path: string, sent: object) => {
    const { body } = await server.request<{ error: object }>(method, path, sent);
    return [Object.keys(body).sort(), Object.keys(body.error).sort()];
  };
  const OPENAI = [["error"], ["code", "message", "param", "type"]];

  test("also if they are thrown before the route is reached", async () => {
    const chat = "/v1/chat/completions";
    expect(await shapeOf("POST", chat, {})).toEqual(OPENAI);
    expect(await shapeOf("POST", chat, { token: key, body: "{" })).toEqual(OPENAI);
    expect(await shapeOf("POST", chat, { token: key, body: "[]" })).toEqual(OPENAI);
    expect(await shapeOf("PUT", chat, { token: key })).toEqual(OPENAI);
    expect(await shapeOf("GET", "/v1/models", {})).toEqual(OPENAI);
    expect(await shapeOf("GET", "/v1/models/", {})).toEqual(OPENAI);
  });

  test("paths that only begin alike have the envelope", async () => {
    for (const path of ["/v1/chat/completionsx", "/v1/modelsx", "/v1/completions"]) {
      expect(Object.keys((await server.request<Envelope>("GET", path)).body)).toContain("request_id");
      expectRefused(await server.request<Envelope>("GET", path), "UNAUTHORIZED");
    }
  });
});

describe("the models", () => {
  const listed = async (to = client) => {
    const models = await Array.fromAsync(to.models.list());
    return new Map(models.map((model) => [model.id, model]));
  };

  test("of configured providers have their price and its source", async () => {
    const models = await listed();
    expect(models.get("openai/gpt-4o-2024-08-06")).toMatchObject({
      object: "model",
      created: 0,
      owned_by: "openai",
      price: { input: 2.5, output: 10, cache_read: 1.25 },
      price_as_of: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      price_source: expect.stringContaining("models.dev"),
      context_tokens: 128_000,
      output_tokens: 16_384,
    });
    const owners = new Set([...models.values()].map(({ owned_by }) => owned_by));
    expect([...owners].sort()).toEqual(["baseline", "mock", "openai"]);
  });

  test("are read by id as in the list", async () => {
    const models = await listed();
    for (const id of ["openai/gpt-4o-2024-08-06", "baseline/echo"])
      expect(await client.models.retrieve(id)).toMatchObject({ ...models.get(id) });
  });

  test("that are embedded cost nothing, and are called by their id", async () => {
    const models = await listed();
    const embedded = [...models.values()].filter(({ owned_by }) => owned_by !== "openai");
    expect(embedded.length).toBeGreaterThan(3);
    for (const model of embedded)
      expect(model).toMatchObject({ price: { input: 0, output: 0 }, price_source: null, price_as_of: null });
    for (const id of ["baseline/echo", "mock/mock"]) {
      expect([...models.keys()]).toContain(id);
      expect((await client.chat.completions.create({ model: id, messages: HELLO })).model).toBe(id);
    }
  });

  test("that are embedded have the operator's price", async () => {
    const prices_file = join(newDir(), "prices.json");
    await Bun.write(
      prices_file,
      JSON.stringify({
        source: "ours",
        as_of: "2026-01-31",
        prices: { mock: { mock: { input: 3, output: 4 } } },
      }),
    );
    const priced = await startServer({ prices_file });
    const models = await listed(clientOf(priced, await createKey(priced, "service")));
    expect(models.get("mock/mock")).toMatchObject({
      price: { input: 3, output: 4 },
      price_source: "ours",
      price_as_of: "2026-01-31",
    });
    await priced.stop();
  });

  test("have only a price in `price`", async () => {
    const known = ["input", "output", "cache_read", "cache_write", "reasoning", "tiers"];
    const { body } = await server.request<{ data: { price: object }[] }>("GET", "/v1/models", { token: key });
    const names = new Set(body.data.flatMap(({ price }) => Object.keys(price)));
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  });
});
