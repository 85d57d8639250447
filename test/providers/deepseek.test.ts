import { afterEach, expect, test } from "bun:test";
import { createDeepSeek } from "../../src/providers/deepseek.ts";
import type { CompletionRequest } from "../../src/providers/provider.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function connect(options: UpstreamOptions = {}, path = "deepseek") {
  const upstream = createUpstream(options);
  running.push(upstream);
  return {
    upstream,
    deepseek: createDeepSeek({ api_key: "key-0123456789", base_url: `${upstream.url}/${path}` }),
  };
}

const ask = (more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: "deepseek-chat",
  messages: [{ role: "user", content: "hello there" }],
  ...more,
});

test("unsupported features are left out, and differences are warned about", async () => {
  const { upstream, deepseek } = connect();
  const { warnings } = await deepseek.complete(ask({ seed: 7, response_format: { type: "json_object" } }));
  expect(warnings).toEqual([
    "seed: not supported by DeepSeek, left out",
    "response_format json_object: a system message 'Return JSON.' was added",
  ]);
  expect(upstream.requests[0]?.body).toEqual({
    model: "deepseek-chat",
    messages: [
      { role: "system", content: "Return JSON." },
      { role: "user", content: "hello there" },
    ],
    response_format: { type: "json_object" },
  });
});

test("a schema is put into a system message, and the warning says so", async () => {
  const { upstream, deepseek } = connect();
  const json_schema = { name: "answer", schema: { type: "object", properties: { city: {} } } };
  const { warnings } = await deepseek.complete(
    ask({ response_format: { type: "json_schema", json_schema } }),
  );
  expect(JSON.stringify(upstream.requests[0]?.body.messages[0])).toContain("city");
  expect(warnings.join()).toContain("injected into the system message");
});

test("a tool is strict where DeepSeek's beta is called, and is not elsewhere", async () => {
  const tools = [{ type: "function" as const, function: { name: "f", strict: true } }];
  const plain = connect();
  const beta = connect({}, "deepseek/beta");
  expect((await plain.deepseek.complete(ask({ tools }))).warnings).toEqual([
    "strict tools: not supported by DeepSeek, left out",
  ]);
  expect((await beta.deepseek.complete(ask({ tools }))).warnings).toEqual([]);
  expect(plain.upstream.requests[0]?.body).toMatchObject({ tools: [{ function: { strict: false } }] });
  expect(beta.upstream.requests[0]?.body).toMatchObject({ tools: [{ function: { strict: true } }] });
});

test("that it had no room is an error, not an answer like any other", async () => {
  const finish_reason = "insufficient_system_resource";
  const { deepseek } = connect({ answer: () => ({ text: "hi", finish_reason }) });
  expect((await deepseek.complete(ask())).finish_reason).toBe("error");
});

test("thoughts go back to it as its models want them", async () => {
  const call = { id: "t1", type: "function" as const, function: { name: "f", arguments: "{}" } };
  const messages: CompletionRequest["messages"] = [
    { role: "user", content: "one" },
    { role: "assistant", content: "two", reasoning_content: "long ago" },
    { role: "user", content: "three" },
    { role: "assistant", content: "", reasoning_content: "just now", tool_calls: [call] },
    { role: "tool", content: "r", tool_call_id: "t1" },
  ];
  const { upstream, deepseek } = connect();
  for (const model of ["deepseek-reasoner", "deepseek-v4"]) await deepseek.complete(ask({ model, messages }));
  const thoughts = upstream.requests.map(({ body }) =>
    body.messages.map((message) => ("reasoning_content" in message ? message.reasoning_content : null)),
  );
  expect(thoughts).toEqual([
    [null, null, null, "just now", null],
    [null, "long ago", null, "just now", null],
  ]);
});
