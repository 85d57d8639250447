import { afterEach, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages/messages";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources";
import { createAnthropic } from "../../src/providers/anthropic.ts";
import { createOpenAi } from "../../src/providers/openai.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

/**
 * The vendors' own clients against the upstream that stands for them, so that what the other tests are made over has
 * the real shape; and the bodies that those clients send beside ours, so that ours are what the vendors publish.
 * Anthropic's client is the last of the API version that `@ai-sdk/anthropic` speaks (2023-06-01).
 */
const KEY = "sk-test-0123456789abcdef";
const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function start(options: UpstreamOptions = {}): Upstream {
  const upstream = createUpstream(options);
  running.push(upstream);
  return upstream;
}

const CALL = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };
const PARAMETERS = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };
const SCHEMA = { ...PARAMETERS, additionalProperties: false };

const REQUEST: CompletionRequest = {
  model: "set-below",
  messages: [
    { role: "system", content: "Answer in one line." },
    { role: "user", content: "What is the weather in Paris?" },
    {
      role: "assistant",
      content: "Let me see.",
      tool_calls: [
        { id: CALL.id, type: "function", function: { name: CALL.name, arguments: CALL.arguments } },
      ],
    },
    { role: "tool", content: "twelve degrees", tool_call_id: CALL.id },
    { role: "user", content: "And in Rome?" },
  ],
  max_tokens: 300,
  temperature: 0.5,
  stop: ["END"],
  tools: [
    { type: "function", function: { name: CALL.name, description: "The weather.", parameters: PARAMETERS } },
  ],
  tool_choice: "auto",
};

describe("OpenAI's client", () => {
  const connect = (options: UpstreamOptions = {}) => {
    const upstream = start(options);
    return { upstream, client: new OpenAI({ apiKey: KEY, baseURL: `${upstream.url}/v1`, maxRetries: 0 }) };
  };
  const ask = {
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: "hello there" }],
  } satisfies ChatCompletionCreateParamsNonStreaming;

  test("reads an answer with its usage and log-probabilities", async () => {
    const { client } = connect({
      answer: () => ({ text: "hi there", cached_tokens: 1, reasoning_tokens: 5 }),
    });
    const completion = await client.chat.completions.create({ ...ask, logprobs: true, top_logprobs: 2 });
    const [choice] = completion.choices;
    expect(choice).toMatchObject({
      finish_reason: "stop",
      message: { role: "assistant", content: "hi there" },
    });
    expect(choice?.logprobs?.content?.map(({ token, top_logprobs }) => [token, top_logprobs.length])).toEqual(
      [
        ["hi ", 2],
        ["there", 2],
      ],
    );
    expect(completion.usage).toMatchObject({
      prompt_tokens: 2,
      completion_tokens: 7,
      total_tokens: 9,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
  });

  test("puts a stream with tool calls together", async () => {
    const { client } = connect({ answer: () => ({ text: "Let me see.", tool_calls: [CALL] }) });
    const stream = client.chat.completions.stream({ ...ask, stream_options: { include_usage: true } });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { content: "Let me see." },
    });
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { id: CALL.id, type: "function", function: { name: CALL.name, arguments: CALL.arguments } },
    ]);
    expect(completion.usage?.total_tokens).toBe(5);
  });

  test("reads a refusal where OpenAI puts it", async () => {
    const { client } = connect({ answer: () => ({ text: "I will not.", refused: true }) });
    const { choices } = await client.chat.completions.create(ask);
    expect(choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: null, refusal: "I will not." },
    });
  });

  test.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [404, OpenAI.NotFoundError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ] as const)("raises its own class for HTTP %i", async (status, kind) => {
    const { client } = connect({ fault: { status, message: "the reason" } });
    const error: unknown = await client.chat.completions.create(ask).catch((raised: unknown) => raised);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, error: { message: "the reason" } });
  });

  const OFFICIAL = {
    model: "gpt-4o-mini",
    messages: [
      { role: "system", content: "Answer in one line." },
      { role: "user", content: "What is the weather in Paris?" },
      {
        role: "assistant",
        content: "Let me see.",
        tool_calls: [
          { id: CALL.id, type: "function", function: { name: CALL.name, arguments: CALL.arguments } },
        ],
      },
      { role: "tool", content: "twelve degrees", tool_call_id: CALL.id },
      { role: "user", content: "And in Rome?" },
    ],
    max_tokens: 300,
    temperature: 0.5,
    top_p: 0.75,
    stop: ["END"],
    seed: 7,
    logprobs: true,
    top_logprobs: 2,
    tools: [
      {
        type: "function",
        function: { name: CALL.name, description: "The weather.", parameters: PARAMETERS },
      },
    ],
    tool_choice: "auto",
    response_format: { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA, strict: true } },
  } satisfies ChatCompletionCreateParamsNonStreaming;

  test("sends what our provider sends for the same request", async () => {
    const { upstream, client } = connect();
    await client.chat.completions.create(OFFICIAL);
    await createOpenAi({ api_key: KEY, base_url: `${upstream.url}/v1` }).complete({
      ...REQUEST,
      model: OFFICIAL.model,
      top_p: 0.75,
      seed: 7,
      top_logprobs: 2,
      response_format: OFFICIAL.response_format,
    });
    const [official, ours] = upstream.requests;
    expect(ours?.body).toEqual(official?.body ?? OFFICIAL);
    expect(ours?.path).toBe(official?.path ?? "");
    expect(ours?.headers.get("authorization")).toBe(official?.headers.get("authorization") ?? "");
  });
});

describe("Anthropic's client", () => {
  const connect = (options: UpstreamOptions = {}) => {
    const upstream = start(options);
    return { upstream, client: new Anthropic({ apiKey: KEY, baseURL: upstream.url, maxRetries: 0 }) };
  };
  const ask = {
    model: "claude-haiku-4-5",
    max_tokens: 300,
    messages: [{ role: "user", content: "hello there" }],
  } satisfies MessageCreateParamsNonStreaming;

  test("reads an answer with its usage", async () => {
    const { client } = connect({
      answer: () => ({ text: "hi there", cached_tokens: 1, reasoning_tokens: 5, thoughts: "Hm." }),
    });
    const message = await client.messages.create(ask);
    expect(message).toMatchObject({
      type: "message",
      role: "assistant",
      stop_reason: "end_turn",
      content: [
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "hi there" },
      ],
      usage: {
        input_tokens: 1,
        cache_read_input_tokens: 1,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 5 },
      },
    });
  });

  test("puts a stream with tool calls together", async () => {
    const { client } = connect({
      answer: () => ({ text: "Let me see.", tool_calls: [CALL], thoughts: "Hm." }),
    });
    const message = await client.messages.stream(ask).finalMessage();
    expect(message).toMatchObject({
      stop_reason: "tool_use",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "signed" },
        { type: "text", text: "Let me see." },
        { type: "tool_use", id: CALL.id, name: CALL.name, input: { city: "Paris" } },
      ],
      usage: { output_tokens: 3 },
    });
  });

  test.each([
    [400, Anthropic.BadRequestError, "invalid_request_error"],
    [401, Anthropic.AuthenticationError, "authentication_error"],
    [429, Anthropic.RateLimitError, "rate_limit_error"],
    [529, Anthropic.InternalServerError, "overloaded_error"],
  ] as const)("raises its own class for HTTP %i", async (status, kind, type) => {
    const { client } = connect({ fault: { status, message: "the reason" } });
    const error: unknown = await client.messages.create(ask).catch((raised: unknown) => raised);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, error: { error: { type, message: "the reason" } } });
  });

  const OFFICIAL = {
    model: "claude-haiku-4-5",
    max_tokens: 300,
    temperature: 0.5,
    system: [{ type: "text", text: "Answer in one line." }],
    messages: [
      { role: "user", content: [{ type: "text", text: "What is the weather in Paris?" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me see." },
          { type: "tool_use", id: CALL.id, name: CALL.name, input: { city: "Paris" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: CALL.id, content: "twelve degrees" },
          { type: "text", text: "And in Rome?" },
        ],
      },
    ],
    stop_sequences: ["END"],
    tools: [{ name: CALL.name, description: "The weather.", input_schema: PARAMETERS }],
    tool_choice: { type: "auto" },
    output_config: { format: { type: "json_schema", schema: SCHEMA } },
  } satisfies MessageCreateParamsNonStreaming;

  test("sends what our provider sends for the same request", async () => {
    const { upstream, client } = connect();
    await client.messages.create(OFFICIAL);
    await createAnthropic({ api_key: KEY, base_url: upstream.url }).complete({
      ...REQUEST,
      model: OFFICIAL.model,
      response_format: { type: "json_schema", json_schema: { name: "answer", schema: SCHEMA } },
    });
    const [official, ours] = upstream.requests;
    expect<unknown>(ours?.body).toEqual(official?.body);
    expect(ours?.path).toBe(official?.path ?? "");
    for (const header of ["x-api-key", "anthropic-version"])
      expect(ours?.headers.get(header)).toBe(official?.headers.get(header) ?? "");
  });
});
