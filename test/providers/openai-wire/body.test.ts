import { describe, expect, test } from "bun:test";
import { askForStream, writeBody } from "../../../src/providers/openai-wire/body.ts";
import type { CompletionRequest } from "../../../src/providers/provider.ts";

const messages: CompletionRequest["messages"] = [{ role: "user", content: "U" }];
const written = (more: Partial<CompletionRequest>, dialect = {}) =>
  writeBody({ model: "m", messages, ...more }, dialect, "acme").body;

test("a request without more is the model and the messages", () => {
  expect(written({})).toEqual({ model: "m", messages: [{ role: "user", content: "U" }] });
});

describe("every field goes out as it came", () => {
  test.each<Partial<CompletionRequest>>([
    { max_tokens: 9 },
    { max_completion_tokens: 9 },
    { max_tokens: 9, max_completion_tokens: 10 },
    { temperature: 0 },
    { top_p: 0 },
    { seed: 0 },
    { stop: ["END"] },
    { reasoning_effort: "high" },
    { verbosity: "low" },
    { parallel_tool_calls: false },
    { n: 3 },
    { presence_penalty: -1 },
    { frequency_penalty: 0.5 },
    { top_k: 40 },
    { min_p: 0.05 },
    { logit_bias: { "50256": -100 } },
    { service_tier: "flex" },
    { prediction: { type: "content", content: "x" } },
    { metadata: { a: "b" } },
    { user: "me" },
    { store: false },
    { prompt_cache_key: "k" },
  ])("%j", (fields) => {
    expect(written(fields)).toEqual({ model: "m", messages: [{ role: "user", content: "U" }], ...fields });
  });

  test("what is for embedded models alone stays here", () => {
    expect(written({ choices: ["a"], answers: ["b"], question: "c", repeat: 1 })).toEqual(written({}));
  });
});

describe("free fields", () => {
  test("stand beside the others as they are", () => {
    const provider_options = {
      chat_template_kwargs: { enable_thinking: false },
      guided_choice: ["a", "b"],
      num_ctx: 8192,
    };
    expect(written({ provider_options })).toEqual({ ...written({}), ...provider_options });
  });

  test("are joined with an object of the dialect's own", () => {
    const dialect = {
      adjust(body: Record<string, unknown>) {
        body.provider = { require_parameters: true };
        return [];
      },
    };
    expect(written({ provider_options: { provider: { order: ["x"] } } }, dialect).provider).toEqual({
      require_parameters: true,
      order: ["x"],
    });
  });
});

describe("messages", () => {
  const call = (args: string) => ({
    id: "t1",
    type: "function" as const,
    function: { name: "look", arguments: args },
  });
  const turn = (args: string, more: object = {}): CompletionRequest["messages"] => [
    { role: "user", content: "U" },
    { role: "assistant", content: "", tool_calls: [call(args)], ...more },
    { role: "tool", content: "r", tool_call_id: "t1" },
  ];

  test("of a tool's turn keep the text of the arguments", () => {
    expect(written({ messages: turn('{ "a" : 1 }') }).messages).toEqual([
      { role: "user", content: "U" },
      { role: "assistant", content: null, tool_calls: [call('{ "a" : 1 }')] },
      { role: "tool", content: "r", tool_call_id: "t1" },
    ]);
  });

  test("have an empty object for arguments that are blank", () => {
    expect(JSON.stringify(written({ messages: turn("  ") }).messages)).toContain('"arguments":"{}"');
  });

  test("have an empty content where the vendor wants one", () => {
    expect(JSON.stringify(written({ messages: turn("{}") }, { empty_content: "" }).messages)).toContain(
      '"content":"",',
    );
  });

  test("bring thoughts back, in the place that the vendor has for them", () => {
    const asked = { messages: turn("{}", { reasoning_content: "hm" }) };
    const second = (dialect: object) => (written(asked, dialect).messages as object[])[1];
    expect(second({})).toMatchObject({ reasoning_content: "hm" });
    expect(second({ reasoning_field: "reasoning" })).toMatchObject({ reasoning: "hm" });
    expect(JSON.stringify(second({ reasoning_field: null }))).not.toContain("hm");
    const spoken: CompletionRequest["messages"] = [
      { role: "assistant", content: "A", reasoning_content: "hm" },
    ];
    expect(written({ messages: spoken }).messages).toEqual([
      { role: "assistant", content: "A", reasoning_content: "hm" },
    ]);
  });

  test("with arguments that are no JSON are refused, and the place is named", () => {
    expect(() => written({ messages: turn('{"a": "x') })).toThrow(
      expect.objectContaining({
        reason: "invalid_request",
        field: "messages.1.tool_calls.0.function.arguments",
        message:
          "messages.1.tool_calls.0.function.arguments: the arguments of the tool call 't1' are not JSON.",
      }),
    );
  });
});

test("an empty list of stop sequences is not sent", () => {
  expect(written({ stop: [] })).toEqual(written({}));
});

test("a choice among no tools is not sent", () => {
  expect(written({ tools: [], tool_choice: "required" })).toEqual(written({}));
});

test("a stream asks for usage, unless the vendor reports it unasked", () => {
  const body = written({});
  askForStream(body, {});
  expect(body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  const plain = written({});
  askForStream(plain, { asks_usage: false });
  expect(plain).toEqual({ ...written({}), stream: true });
});
