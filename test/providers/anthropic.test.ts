import { afterEach, describe, expect, test } from "bun:test";
import { createAnthropic } from "../../src/providers/anthropic.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { failureOf, readDeltas } from "../support/deltas.ts";
import { waitUntil } from "../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const KEY = "sk-ant-0123456789abcdefghij";
const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function connect(options: UpstreamOptions = {}) {
  const upstream = createUpstream(options);
  running.push(upstream);
  return { upstream, anthropic: createAnthropic({ api_key: KEY, base_url: upstream.url }) };
}

const ask = (more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: "claude-haiku-4-5",
  messages: [{ role: "user", content: "hello there" }],
  ...more,
});

describe("what is sent", () => {
  test("goes to /v1/messages with key and version, the system prompt apart", async () => {
    const { upstream, anthropic } = connect();
    await anthropic.complete(
      ask({
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "hello there" },
        ],
        max_tokens: 9,
        temperature: 0.5,
        stop: ["END"],
        choices: ["a", "b"],
        question: "which?",
      }),
    );
    const [sent] = upstream.requests;
    expect(sent?.path).toBe("/v1/messages");
    expect(sent?.headers.get("x-api-key")).toBe(KEY);
    expect(sent?.headers.get("anthropic-version")).toBe("2023-06-01");
    expect(sent?.body).toEqual({
      model: "claude-haiku-4-5",
      system: [{ type: "text", text: "Be brief." }],
      messages: [{ role: "user", content: [{ type: "text", text: "hello there" }] }],
      max_tokens: 9,
      temperature: 0.5,
      stop_sequences: ["END"],
    });
  });

  test.each(["", "/", "/v1", "/v1/"])("a base URL may end in '%s'", async (end) => {
    const { upstream } = connect();
    const anthropic = createAnthropic({ api_key: KEY, base_url: `${upstream.url}${end}` });
    expect((await anthropic.complete(ask())).text).toBe("echo: hello there");
    expect(upstream.requests[0]?.path).toBe("/v1/messages");
  });

  test("without a base URL it goes to Anthropic", async () => {
    const urls: string[] = [];
    const fetch = async (input: string | URL | Request) => {
      urls.push(String(input));
      return new Response(null, { status: 500 });
    };
    await failureOf(createAnthropic({ api_key: KEY, fetch }).complete(ask()));
    expect(urls).toEqual(["https://api.anthropic.com/v1/messages"]);
  });
});

describe("max_tokens, which this API demands", () => {
  const DEFAULTS: [model: string, max_tokens: number, warned: boolean][] = [
    ["claude-haiku-4-5", 64_000, false],
    ["claude-3-opus-20240229", 4096, true],
    ["claude-of-tomorrow", 128_000, true],
    ["somebody-elses-model", 4096, true],
  ];

  test.each(DEFAULTS)("of %s is %i where none is asked for", async (model, max_tokens, warned) => {
    const { upstream, anthropic } = connect();
    const { warnings } = await anthropic.complete(ask({ model }));
    const warning = `max_tokens: The model "${model}" is unknown. The max output tokens have been limited to ${max_tokens}.`;
    expect(warnings.map((text) => text.slice(0, warning.length))).toEqual(warned ? [warning] : []);
    const streamed = await readDeltas(anthropic.stream?.(ask({ model })) ?? failing());
    expect(streamed.completion?.warnings).toEqual(warnings);
    expect(upstream.requests.map(({ body }) => body.max_tokens)).toEqual([max_tokens, max_tokens]);
  });

  test("is sent as asked, without a warning, for an unknown model too", async () => {
    const { upstream, anthropic } = connect();
    const { warnings } = await anthropic.complete(ask({ model: "somebody-elses-model", max_tokens: 9000 }));
    expect(upstream.requests[0]?.body.max_tokens).toBe(9000);
    expect(warnings).toEqual([]);
  });
});

describe("what comes back", () => {
  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["refusal", "content_filter"],
    ["tool_use", "tool_calls"],
    ["a_reason_of_tomorrow", "other"],
  ] as const)("stop reason %s is %s", async (finish_reason, expected) => {
    const { anthropic } = connect({ answer: () => ({ text: "hi", finish_reason }) });
    expect((await anthropic.complete(ask())).finish_reason).toBe(expected);
    const { completion } = await readDeltas(anthropic.stream?.(ask()) ?? failing());
    expect(completion?.finish_reason).toBe(expected);
  });

  test("what it cannot do is warned of", async () => {
    const { upstream, anthropic } = connect();
    const { warnings } = await anthropic.complete(ask({ temperature: 1, top_p: 0.5, seed: 7 }));
    expect(warnings).toEqual([
      "seed: not supported by Anthropic, left out",
      "top_p: top_p is not supported when temperature is set. top_p is ignored.",
    ]);
    expect(upstream.requests[0]?.body).toMatchObject({ temperature: 1 });
  });

  test("a temperature beyond its range is refused, not lowered", async () => {
    const { upstream, anthropic } = connect();
    const refused = await failureOf(anthropic.complete(ask({ temperature: 1.5 })));
    expect(refused).toMatchObject({ provider: "anthropic", reason: "invalid_request", retryable: false });
    expect(refused.message).toBe("Anthropic takes temperatures from 0 to 1, not 1.5.");
    const { error } = await readDeltas(anthropic.stream?.(ask({ temperature: 2 })) ?? failing());
    expect(error).toMatchObject({ reason: "invalid_request" });
    expect(upstream.calls).toBe(0);
  });

  test("a schema is enforced by its own means, and the answer is the text", async () => {
    const { upstream, anthropic } = connect({ answer: () => '{"city":"Paris"}' });
    const schema = {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    };
    const { text, warnings } = await anthropic.complete(
      ask({ response_format: { type: "json_schema", json_schema: { name: "answer", schema } } }),
    );
    expect(text).toBe('{"city":"Paris"}');
    expect(warnings).toEqual([]);
    expect(upstream.requests[0]?.body).toMatchObject({
      output_config: { format: { type: "json_schema", schema } },
    });
  });

  test("input tokens that are not reported make usage null", async () => {
    const { anthropic } = connect({ answer: () => ({ text: "hi", usage: false }) });
    expect((await anthropic.complete(ask())).usage).toBeNull();
    expect((await readDeltas(anthropic.stream?.(ask()) ?? failing())).completion?.usage).toBeNull();
  });

  test("tokens read from and written to the cache are prompt tokens", async () => {
    const usage = {
      input_tokens: 5,
      cache_creation_input_tokens: 20,
      cache_read_input_tokens: 300,
      output_tokens: 7,
    };
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-haiku-4-5-20251001",
      content: [{ type: "text", text: "hi" }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage,
    };
    const anthropic = createAnthropic({ api_key: KEY, fetch: async () => Response.json(message) });
    expect(await anthropic.complete(ask())).toEqual({
      text: "hi",
      model: "claude-haiku-4-5-20251001",
      finish_reason: "stop",
      usage: {
        prompt_tokens: 325,
        completion_tokens: 7,
        total_tokens: 332,
        cached_tokens: 300,
        cache_write_tokens: 20,
      },
      warnings: [],
    });
  });

  test("a reader that leaves hangs up", async () => {
    const { upstream, anthropic } = connect({ answer: () => "word ".repeat(100_000) });
    for await (const delta of anthropic.stream?.(ask()) ?? failing()) {
      expect(delta.type).toBe("text");
      break;
    }
    await waitUntil(() => upstream.requests[0]?.aborted);
  });
});

describe("how it fails", () => {
  const failed = async (options: UpstreamOptions) => failureOf(connect(options).anthropic.complete(ask()));

  test("a 400 is the caller's, in the provider's own words", async () => {
    const message = "max_tokens: 128000 > 8192, which is the maximum allowed number of output tokens";
    const error = await failed({ fault: { status: 400, message } });
    expect(error).toMatchObject({ reason: "invalid_request", status: 400, retryable: false });
    expect(error.message).toBe(`Anthropic answered HTTP 400: ${message}`);
  });

  test("a 401 names the variable and never the key", async () => {
    const error = await failed({ fault: { status: 401, message: `invalid x-api-key ${KEY}` } });
    expect(error.message).toBe(
      "Anthropic refused the key in ANTHROPIC_API_KEY with HTTP 401: invalid x-api-key [key]",
    );
  });

  test("529 is overloaded, worth another try", async () => {
    expect(await failed({ fault: { status: 529, message: "Overloaded" } })).toMatchObject({
      reason: "overloaded",
      retryable: true,
      status: 529,
    });
  });

  const event = (value: { type: string } & Record<string, unknown>) =>
    `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
  const usage = { input_tokens: 3, output_tokens: 1 };
  const start = event({
    type: "message_start",
    message: { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], usage },
  });
  const word = [
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "word" } }),
  ].join("");
  const overloaded = event({
    type: "error",
    error: { type: "overloaded_error", message: "Overloaded" },
  });
  const streamed = (...events: string[]) => {
    const headers = { "content-type": "text/event-stream" };
    const fetch = async () => new Response(events.join(""), { headers });
    return readDeltas(createAnthropic({ api_key: KEY, fetch }).stream?.(ask()) ?? failing());
  };

  test("an overload that comes as an event, before the first word or after it, is overloaded", async () => {
    for (const events of [[overloaded], [start, word, overloaded]]) {
      const { completion, error } = await streamed(...events);
      expect(completion).toBeNull();
      expect(error).toMatchObject({ reason: "overloaded", retryable: true, status: 529 });
    }
  });

  test("a stop without a stop reason does not make an answer whole", async () => {
    const delta = { stop_reason: null, stop_sequence: null };
    const { completion, error } = await streamed(
      start,
      word,
      event({ type: "message_delta", delta, usage: { output_tokens: 1 } }),
      event({ type: "message_stop" }),
    );
    expect(completion).toBeNull();
    expect(error).toMatchObject({ reason: "invalid_response" });
  });
});

function failing(): never {
  throw new Error("anthropic streams");
}
