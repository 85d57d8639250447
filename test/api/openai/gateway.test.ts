import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { CompletionRecord } from "../../../src/domain/completions/completion.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { chatAnswer, eventStream, startScriptedUpstream } from "../../support/upstream/scripted.ts";

const newDir = tempDirs();
const upstream = startScriptedUpstream();
let server: TestServer;

beforeAll(async () => {
  const prices_file = join(newDir(), "prices.json");
  const prices = { vllm: { priced: { input: 1, output: 10 } } };
  await Bun.write(prices_file, JSON.stringify({ source: "test", as_of: "2026-01-01", prices }));
  server = await startServer({
    prices_file,
    openai_api_key: "sk-upstream-0123456789",
    openai_base_url: `${upstream.url}/openai/v1`,
    anthropic_api_key: "sk-ant-0123456789",
    anthropic_base_url: `${upstream.url}/anthropic`,
    openrouter_api_key: "or-0123456789",
    openrouter_base_url: `${upstream.url}/openrouter`,
    deepseek_api_key: "ds-0123456789",
    deepseek_base_url: `${upstream.url}/deepseek`,
    vllm_base_url: `${upstream.url}/vllm/v1`,
    ollama_base_url: `${upstream.url}/ollama/v1`,
    openai_compatible_team_base_url: `${upstream.url}/team/v1`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

interface ChatBody {
  id: string;
  choices: {
    index: number;
    message: Record<string, unknown>;
    finish_reason: string;
  }[];
  usage: Record<string, unknown>;
  warnings?: string[];
  error: { message: string; type: string; param: string | null; code: string | null };
}

const HELLO = [{ role: "user", content: "hello" }];
const chat = (model: string, body: object = {}) =>
  server.request<ChatBody>("POST", "/v1/chat/completions", {
    token: server.token,
    body: { model, messages: HELLO, ...body },
  });

async function recordOf({ id }: { id: string }): Promise<CompletionRecord> {
  const path = `/v1/completions/${id.replace("chatcmpl-", "")}`;
  return (await server.request<CompletionRecord>("GET", path, { token: server.token })).body;
}

/** Returns the parsed chunks of a streamed chat. */
async function chunksOf(model: string, body: object = {}) {
  const { body: text } = await server.request<string>("POST", "/v1/chat/completions", {
    token: server.token,
    body: { model, messages: HELLO, stream: true, stream_options: { include_usage: true }, ...body },
  });
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)));
}

describe("fields", () => {
  const SHAPING = {
    reasoning_effort: "high",
    verbosity: "low",
    parallel_tool_calls: false,
    presence_penalty: 0.5,
    frequency_penalty: -0.5,
    logit_bias: { 50256: -100 },
    service_tier: "flex",
    metadata: { team: "a" },
    user: "ann",
    store: true,
    prompt_cache_key: "k",
    prediction: { type: "content", content: "x" },
  };

  test("that shape an answer reach OpenAI under their own names", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { status, body } = await chat("openai/gpt-4o", SHAPING);
    expect(status).toBe(200);
    expect(upstream.bodies[0]).toMatchObject(SHAPING);
    expect((await recordOf(body)).params).toMatchObject(SHAPING);
  });

  test.each(["vllm/m", "ollama/m", "team/m"])("that are not known reach %s as they came", async (model) => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const own = {
      guided_choice: ["a", "b"],
      structured_outputs: { regex: "[ab]" },
      num_ctx: 8192,
      repetition_penalty: 1.1,
      top_k: 20,
      temprature: 0.1,
    };
    const { status, body } = await chat(model, own);
    expect(status).toBe(200);
    expect(upstream.bodies[0]).toMatchObject(own);
    expect(body.warnings).toEqual([
      "temprature: is not known and was sent as it is; did you mean 'temperature'?",
    ]);
  });

  test.each([
    ["openai/gpt-4o", { guided_json: { type: "object" } }, "guided_json"],
    ["openrouter/a/b", { num_ctx: 1024 }, "num_ctx"],
    ["anthropic/claude-sonnet-4-5", { thinking_budget: 5 }, "thinking_budget"],
    ["anthropic/claude-sonnet-4-5", { logit_bias: { 1: 1 } }, "logit_bias"],
    ["mock/mock", { mirostat: 2 }, "mirostat"],
    ["mock/mock", { reasoning_effort: "high" }, "reasoning_effort"],
  ])("that are not known are refused by %s: %j", async (model, fields, param) => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { status, body } = await chat(model, fields);
    expect({ status, param: body.error.param, type: body.error.type }).toEqual({
      status: 400,
      param,
      type: "invalid_request_error",
    });
    expect(upstream.bodies).toEqual([]);
  });

  test("that are null, empty or the default ask for nothing", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { status, body } = await chat("openai/gpt-4o", {
      guided_json: null,
      extra: {},
      modalities: ["text"],
      repetition_penalty: 1,
      stop: "",
      tools: null,
      seed: null,
      n: 1,
    });
    expect({ status, warnings: body.warnings }).toEqual({ status: 200, warnings: undefined });
    expect(Object.keys(upstream.bodies[0] ?? {}).toSorted()).toEqual(["messages", "model", "n"]);
  });

  test("of tools and schemas may be null", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { status } = await chat("team/m", {
      tools: [
        { type: "function", function: { name: "look", description: null, parameters: null, strict: null } },
      ],
      response_format: {
        type: "json_schema",
        json_schema: { name: "r", strict: null, description: null, schema: { type: "object" } },
      },
      stop: ["", "END"],
    });
    expect(status).toBe(200);
    expect(upstream.bodies[0]).toMatchObject({ stop: ["END"] });
    expect(JSON.stringify(upstream.bodies[0])).not.toContain("null");
  });

  test.each([
    [{ max_tokens: 5 }, { max_tokens: 5 }],
    [{ max_completion_tokens: 6 }, { max_completion_tokens: 6 }],
  ])("of the token limit keep the name that the client chose: %j", async (given, sent) => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    await chat("team/m", given);
    const { max_tokens, max_completion_tokens } = upstream.bodies[0] ?? {};
    expect(JSON.parse(JSON.stringify({ max_tokens, max_completion_tokens }))).toEqual(sent);
  });
});

describe("reasoning", () => {
  const CALL = { id: "t1", type: "function", function: { name: "look", arguments: "{}" } };
  const TOOLS = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];

  test("of a tool call is returned, stored apart, and accepted back", async () => {
    upstream.use(() =>
      chatAnswer({ content: "", reasoning_content: "Look first.", tool_calls: [CALL] }, {}, "tool_calls"),
    );
    const { body } = await chat("deepseek/deepseek-reasoner", { tools: TOOLS });
    const message = body.choices[0]?.message ?? {};
    expect(message).toMatchObject({ reasoning_content: "Look first.", content: null, tool_calls: [CALL] });
    expect(await recordOf(body)).toMatchObject({ text: "", reasoning_content: "Look first." });
    upstream.use(() => chatAnswer({ content: "Done" }));
    const messages = [...HELLO, message, { role: "tool", tool_call_id: "t1", content: "r" }];
    await chat("deepseek/deepseek-reasoner", { tools: TOOLS, messages });
    expect(upstream.bodies[0]).toMatchObject({ messages: [{}, { reasoning_content: "Look first." }, {}] });
  });

  test("under OpenRouter's names is returned whole and goes back as it came", async () => {
    const reasoning_details = [
      { type: "reasoning.text", text: "Hm.", signature: "sig", format: "anthropic-claude-v1", index: 0 },
      { type: "reasoning.encrypted", data: "xyz", id: "r1", index: 1 },
    ];
    upstream.use(() => chatAnswer({ content: "Yes", reasoning: "Hm.", reasoning_details }));
    const { body } = await chat("openrouter/a/b");
    expect(body.choices[0]?.message).toMatchObject({ reasoning_content: "Hm.", reasoning_details });
    upstream.use(() => chatAnswer({ content: "Yes" }));
    await chat("openrouter/a/b", { messages: [...HELLO, body.choices[0]?.message, ...HELLO] });
    expect(upstream.bodies[0]).toMatchObject({ messages: [{}, { reasoning_details }, {}] });
  });

  test("of Anthropic keeps its signatures and encrypted blocks, whole and streamed", async () => {
    const content = [
      { type: "thinking", thinking: "Hm.", signature: "sig-1" },
      { type: "redacted_thinking", data: "secret" },
      { type: "tool_use", id: "t1", name: "look", input: {} },
    ];
    const usage = { input_tokens: 10, output_tokens: 5 };
    const answer = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-x",
      stop_sequence: null,
    };
    upstream.use(() => Response.json({ ...answer, content, stop_reason: "tool_use", usage }));
    const { body } = await chat("anthropic/claude-sonnet-4-5", { tools: TOOLS });
    const message = body.choices[0]?.message ?? {};
    const details = [
      { type: "reasoning.text", text: "Hm.", signature: "sig-1", format: "anthropic-claude-v1" },
      { type: "reasoning.encrypted", data: "secret", format: "anthropic-claude-v1" },
    ];
    expect(message).toMatchObject({ reasoning_content: "Hm.", reasoning_details: details });
    upstream.use(() => Response.json({ ...answer, content: [], stop_reason: "end_turn", usage }));
    const messages = [...HELLO, message, { role: "tool", tool_call_id: "t1", content: "r" }];
    await chat("anthropic/claude-sonnet-4-5", { tools: TOOLS, messages });
    expect(upstream.bodies[0]).toMatchObject({ messages: [{}, { role: "assistant", content }, {}] });

    const block = (index: number, content_block: object, deltas: object[]) => [
      { type: "content_block_start", index, content_block },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ];
    upstream.use(() =>
      eventStream(
        [
          { type: "message_start", message: { ...answer, content: [], stop_reason: null, usage } },
          ...block(0, { type: "thinking", thinking: "", signature: "" }, [
            { type: "thinking_delta", thinking: "H" },
            { type: "thinking_delta", thinking: "m." },
            { type: "signature_delta", signature: "sig-1" },
          ]),
          ...block(1, { type: "redacted_thinking", data: "secret" }, []),
          ...block(2, { type: "text", text: "" }, [{ type: "text_delta", text: "Yes" }]),
          { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
          { type: "message_stop" },
        ],
        true,
      ),
    );
    const deltas = (await chunksOf("anthropic/claude-sonnet-4-5")).map(
      (chunk) => chunk.choices[0]?.delta ?? {},
    );
    expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toBe("Hm.");
    expect(deltas.flatMap((delta) => delta.reasoning_details ?? [])).toEqual(details);
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe("Yes");
  });
});

test("reasoning before an answer broke off is stored and counted", async () => {
  upstream.use(() =>
    eventStream([{ choices: [{ index: 0, delta: { reasoning_content: "First I think. " } }] }]),
  );
  const all = await chunksOf("vllm/priced");
  const id = all[0]?.id ?? "";
  expect(await recordOf({ id })).toMatchObject({
    status: "failed",
    text: "",
    reasoning_content: "First I think. ",
    usage: { estimated: true, reasoning_tokens: expect.any(Number) },
  });
});

describe("several answers", () => {
  const CHOICES = [
    { index: 0, message: { role: "assistant", content: "one" }, finish_reason: "stop" },
    {
      index: 1,
      message: { role: "assistant", content: "two", reasoning_content: "hm" },
      finish_reason: "length",
    },
    { index: 2, message: { role: "assistant", content: "three" }, finish_reason: "stop" },
  ];

  test("are returned and stored", async () => {
    upstream.use(() => chatAnswer({}, { choices: CHOICES }));
    const { body } = await chat("vllm/m", { n: 3 });
    expect(upstream.bodies[0]).toMatchObject({ n: 3 });
    expect(
      body.choices.map(({ index, message, finish_reason }) => [index, message.content, finish_reason]),
    ).toEqual([
      [0, "one", "stop"],
      [1, "two", "length"],
      [2, "three", "stop"],
    ]);
    expect(await recordOf(body)).toMatchObject({
      text: "one",
      alternatives: [
        { text: "two", finish_reason: "length", reasoning_content: "hm" },
        { text: "three", finish_reason: "stop" },
      ],
    });
  });

  test("that are streamed come with their indices", async () => {
    upstream.use(() =>
      eventStream([
        { choices: [{ index: 1, delta: { content: "tw" } }] },
        { choices: [{ index: 0, delta: { content: "one" }, finish_reason: "stop" }] },
        { choices: [{ index: 1, delta: { content: "o" }, finish_reason: "stop" }] },
      ]),
    );
    const said = ["", ""];
    for (const { choices } of await chunksOf("vllm/m", { n: 2 }))
      for (const { index, delta } of choices) said[index] += delta.content ?? "";
    expect(said).toEqual(["one", "two"]);
  });
});

describe("a refusal", () => {
  test("has its own field and ends with stop, whole and streamed", async () => {
    upstream.use(() => chatAnswer({ content: null, refusal: "I won't." }));
    const { body } = await chat("openai/gpt-4o");
    expect(body.choices[0]).toMatchObject({
      message: { content: null, refusal: "I won't." },
      finish_reason: "stop",
    });
    expect(await recordOf(body)).toMatchObject({ refusal: "I won't.", finish_reason: "content_filter" });
    upstream.use(() =>
      eventStream([
        { choices: [{ index: 0, delta: { refusal: "I " } }] },
        { choices: [{ index: 0, delta: { refusal: "won't." }, finish_reason: "stop" }] },
      ]),
    );
    const deltas = (await chunksOf("openai/gpt-4o")).map((chunk) => chunk.choices[0]?.delta ?? {});
    expect(deltas.map((delta) => delta.refusal ?? "").join("")).toBe("I won't.");
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe("");
  });
});

describe("an upstream's failure", () => {
  const failure = (status: number, error: object, headers: Record<string, string> = {}) =>
    Response.json({ error }, { status, headers });

  test.each([
    [
      "a prompt that is too long",
      () =>
        failure(400, {
          message: "prompt is too long: 210000 tokens > 200000 maximum",
          type: "invalid_request_error",
        }),
      { status: 400, code: "context_length_exceeded", param: null },
    ],
    [
      "a prompt that the filter blocked",
      () => failure(400, { message: "Blocked.", code: "content_policy_violation", param: "prompt" }),
      { status: 400, code: "content_filter", param: "prompt" },
    ],
    [
      "a missing model with the vendor's code",
      () => failure(404, { message: "No such deployment.", code: "DeploymentNotFound" }),
      { status: 404, code: "DeploymentNotFound", param: null },
    ],
    [
      "a missing model without a code",
      () => failure(404, { message: "model 'x' not found" }),
      { status: 404, code: "model_not_found", param: null },
    ],
    [
      "a bad value, with the vendor's code and parameter",
      () => failure(400, { message: "Bad.", code: "integer_above_max_value", param: "max_tokens" }),
      { status: 400, code: "integer_above_max_value", param: "max_tokens" },
    ],
    [
      "a rate limit that lasts for hours",
      () => failure(429, { message: "Daily limit." }, { "retry-after": "7200" }),
      { status: 429, code: "rate_limited", param: null },
    ],
    [
      "no credit",
      () => failure(429, { message: "No credit.", code: "insufficient_quota" }),
      { status: 429, code: "insufficient_quota", param: null },
    ],
  ])("keeps its meaning: %s", async (_what, answer, expected) => {
    upstream.use(answer);
    const { status, body, headers } = await chat("vllm/m");
    expect({ status, code: body.error.code, param: body.error.param }).toEqual(expected);
    expect(upstream.bodies).toHaveLength(1);
    if (status === 429) expect(body.error.type).toBe("rate_limit_error");
    if (body.error.message.includes("Daily")) expect(headers.get("retry-after")).toBe("7200");
  });
});

describe("money", () => {
  test("stands in the usage and in the headers, with the provider and the cache", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { body, headers } = await chat("vllm/priced");
    expect(body.usage).toMatchObject({ cost: 0.002, cache: "off", provider: "vllm" });
    expect(headers.get("x-llm-cost-usd")).toBe("0.002");
    expect(headers.get("x-llm-provider")).toBe("vllm");
    expect(headers.get("x-llm-model")).toBe("answering-model");
    expect(headers.get("x-llm-cache")).toBe("off");
  });

  test("is null if it is not known, and no header", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const { body, headers } = await chat("vllm/unpriced");
    expect(body.usage.cost).toBeNull();
    expect(headers.has("x-llm-cost-usd")).toBeFalse();
  });

  test("of a stream stands in its last chunk", async () => {
    upstream.use(() =>
      eventStream([
        {
          choices: [{ index: 0, delta: { content: "Yes" }, finish_reason: "stop" }],
          usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
        },
      ]),
    );
    const chunks = await chunksOf("vllm/priced");
    expect(chunks.at(-1)?.usage).toMatchObject({ cost: 0.002, cache: "off", provider: "vllm" });
  });
});

describe("fields of this server's own", () => {
  test("cache: the second answer is stored and free", async () => {
    upstream.use(() => chatAnswer({ content: "Yes" }));
    const ask = () => chat("vllm/priced", { cache: "use", seed: 4711 });
    const usages = [(await ask()).body.usage, (await ask()).body.usage];
    expect(usages).toMatchObject([
      { cache: "miss", cost: 0.002 },
      { cache: "hit", cost: 0 },
    ]);
    expect(upstream.bodies).toHaveLength(1);
  });

  test("fallbacks: the next model answers, by name or as an object", async () => {
    for (const fallback of ["vllm/b", { provider: "vllm", model: "b" }]) {
      upstream.use((body) =>
        body.model === "b"
          ? chatAnswer({ content: "Yes" })
          : Response.json({ error: { message: "bad key" } }, { status: 401 }),
      );
      const { body, headers } = await chat("openai/gpt-4o", { fallbacks: [fallback] });
      expect(body.usage).toMatchObject({ provider: "vllm" });
      expect(headers.get("x-llm-provider")).toBe("vllm");
      expect(body.warnings?.[0]).toContain("openai could not answer");
    }
  });

  test("timeout_ms: the call ends in time", async () => {
    const { status, body } = await chat("mock/mock?latency_ms=60000", { timeout_ms: 50 });
    expect({ status, code: body.error.code }).toEqual({ status: 503, code: "timeout" });
  });
});

test("a model is found by its name, with its slash escaped or not", async () => {
  for (const id of ["vllm%2Fpriced", "vllm/priced"]) {
    const { status, body } = await server.request<{ id: string }>("GET", `/v1/models/${id}`, {
      token: server.token,
    });
    expect({ status, id: body.id }).toEqual({ status: 200, id: "vllm/priced" });
  }
});

test("an answer that ended for a reason of the provider's own has a warning", async () => {
  upstream.use(() => chatAnswer({ content: "Yes" }, {}, "moon_phase"));
  const { body } = await chat("team/m");
  expect(body.choices[0]?.finish_reason).toBe("stop");
  expect(body.warnings?.[0]).toStartWith("finish_reason:");
});
