import { afterEach, expect, test } from "bun:test";
import { createPerplexity } from "../../src/providers/perplexity.ts";
import { createUpstream, type Upstream } from "../support/upstream/index.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

test("what it cannot do is left out with a warning each, tools and the choice among them with one", async () => {
  const upstream = createUpstream();
  running.push(upstream);
  const perplexity = createPerplexity({ api_key: "key-0123456789", base_url: `${upstream.url}/perplexity` });
  const { warnings } = await perplexity.complete({
    model: "sonar",
    messages: [{ role: "user", content: "hello there" }],
    stop: ["END"],
    seed: 7,
    tools: [{ type: "function", function: { name: "f" } }],
    tool_choice: "required",
    response_format: { type: "json_object" },
  });
  expect(warnings).toEqual([
    "stop: not supported by Perplexity, left out",
    "seed: not supported by Perplexity, left out",
    "response_format json_object: not supported by Perplexity, left out",
    "tools: not supported by Perplexity, left out",
  ]);
  expect(upstream.requests[0]?.body).toEqual({
    model: "sonar",
    messages: [{ role: "user", content: "hello there" }],
  });
});

test("says what it bills", async () => {
  const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4, cost: { total_cost: 0.006 } };
  const message = { role: "assistant", content: "hi" };
  const fetch = async () => Response.json({ choices: [{ index: 0, message, finish_reason: "stop" }], usage });
  const perplexity = createPerplexity({ api_key: "key-0123456789", fetch });
  const completion = await perplexity.complete({
    model: "sonar",
    messages: [{ role: "user", content: "hi" }],
  });
  expect(completion.cost_usd).toBe(0.006);
});
