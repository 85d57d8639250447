import { afterEach, expect, test } from "bun:test";
import { createMistral } from "../../src/providers/mistral.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function connect(options: UpstreamOptions = {}) {
  const upstream = createUpstream(options);
  running.push(upstream);
  return {
    upstream,
    mistral: createMistral({ api_key: "key-0123456789", base_url: `${upstream.url}/mistral/v1` }),
  };
}

const ask = (more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: "mistral-small-latest",
  messages: [{ role: "user", content: "hello there" }],
  ...more,
});

test("a seed goes by Mistral's own name, a demand for tools too", async () => {
  const { upstream, mistral } = connect();
  const tools = [{ type: "function" as const, function: { name: "f" } }];
  const { warnings } = await mistral.complete(ask({ seed: 7, tools, tool_choice: "required" }));
  expect(upstream.requests[0]?.body).toMatchObject({ random_seed: 7, tool_choice: "any" });
  expect(warnings).toEqual([]);
});

test("that the system message was added to for JSON is told", async () => {
  const { upstream, mistral } = connect();
  const { warnings } = await mistral.complete(ask({ response_format: { type: "json_object" } }));
  const [system] = upstream.requests[0]?.body.messages ?? [];
  expect(system).toEqual({ role: "system", content: "You MUST answer with JSON." });
  expect(warnings).toEqual([
    "response_format json_object: an instruction to answer with JSON was added to the system message",
  ]);
});

test.each([
  [undefined, false],
  [false, false],
  [true, true],
])("a schema with strict %p is sent with %p", async (strict, sent) => {
  const { upstream, mistral } = connect();
  const schema = { type: "object", properties: {} };
  const json_schema = { name: "answer", schema, ...(strict === undefined ? {} : { strict }) };
  const { warnings } = await mistral.complete(ask({ response_format: { type: "json_schema", json_schema } }));
  expect(upstream.requests[0]?.body.response_format).toEqual({
    type: "json_schema",
    json_schema: { name: "answer", schema, strict: sent },
  });
  expect(warnings).toEqual([]);
});

test.each([
  ["model_length", "length"],
  ["error", "error"],
] as const)("finish reason %s is %s", async (finish_reason, expected) => {
  const { mistral } = connect({ answer: () => ({ text: "hi", finish_reason }) });
  expect((await mistral.complete(ask())).finish_reason).toBe(expected);
});

test("a conversation is written in Mistral's form", async () => {
  const { upstream, mistral } = connect();
  const call = { id: "call00001", type: "function" as const, function: { name: "f", arguments: "{}" } };
  await mistral.complete(
    ask({
      messages: [
        { role: "user", content: "one" },
        { role: "assistant", content: "", reasoning_content: "hm", tool_calls: [call] },
        { role: "tool", content: "r", tool_call_id: "call00001" },
        { role: "assistant", content: "It is" },
      ],
    }),
  );
  expect<unknown>(upstream.requests[0]?.body.messages).toEqual([
    { role: "user", content: "one" },
    {
      role: "assistant",
      content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }], closed: true }],
      tool_calls: [call],
    },
    { role: "tool", name: "f", content: "r", tool_call_id: "call00001" },
    { role: "assistant", content: "It is", prefix: true },
  ]);
});
