import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChatMessage, Message } from "../../../src/domain/completions/chat.ts";
import { createPrices } from "../../../src/providers/prices/index.ts";
import { worstCostOf } from "../../../src/providers/prices/worst-cost.ts";
import { estimateUsage } from "../../../src/services/model-calls/estimate.ts";
import { mostPromptTokens, worstCaseOf } from "../../../src/services/model-calls/worst-case.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const newDir = tempDirs();
const asked = (content: string): Message[] => [{ role: "user", content }];
const per = (tokens: number, usd: number) => tokens * usd * 1e-6;

test("a token costs as much as at its highest rate", () => {
  const price = { input: 1, output: 5, cache_read: 0.1, cache_write: 1.25, reasoning: 6 };
  expect(worstCostOf(price, 1_000_000, 0)).toBeCloseTo(1.25, 12);
  expect(worstCostOf(price, 0, 1_000_000)).toBeCloseTo(6, 12);
  expect(worstCostOf({ input: 2, output: 3 }, 500, 100)).toBeCloseTo(per(500, 2) + per(100, 3), 15);
});

test("a price tier counts once the prompt may be that long; lower tiers count too", () => {
  const tiers = [
    { above_input_tokens: 100, input: 4, output: 1 },
    { above_input_tokens: 1_000, input: 9, output: 9 },
  ];
  const price = { input: 2, output: 3, tiers };
  expect(worstCostOf(price, 100, 10)).toBeCloseTo(per(100, 2) + per(10, 3), 15);
  expect(worstCostOf(price, 101, 10)).toBeCloseTo(per(101, 4) + per(10, 3), 15);
  expect(worstCostOf(price, 1_001, 10)).toBeCloseTo(per(1_001, 9) + per(10, 9), 15);
});

const TEXTS = [
  "What is 2 + 2?",
  "Ünïcödé und ﷺ ﷺ ﷺ",
  `日本語の質問です。${"🧪".repeat(20)}`,
  "\u0000\u0001 <|endoftext|> <|im_start|>",
  `def f(x):\n\treturn x  # ${"a1b2".repeat(50)}`,
];
test.each(TEXTS)("no tokenizer counts more tokens than the bound: %j", async (text) => {
  const { prompt_tokens } = await estimateUsage({ messages: asked(text) }, { text: "" });
  const most = mostPromptTokens({ model: "any", messages: asked(text) });
  expect(most).toBeGreaterThan(prompt_tokens);
  expect(most).toBeGreaterThan(Buffer.byteLength(text.normalize("NFKC")));
});

test("schemas, tools and earlier tool calls count too", () => {
  const plain = mostPromptTokens({ model: "any", messages: asked("hello") });
  const schema = { type: "object", properties: { score: { type: "number" } } };
  const more = mostPromptTokens({
    model: "any",
    messages: asked("hello"),
    response_format: { type: "json_schema", json_schema: { name: "verdict", schema } },
  });
  expect(more).toBeGreaterThan(plain + JSON.stringify(schema).length);
});

test("what a model thought and free fields are read too", () => {
  const plain = mostPromptTokens({ model: "any", messages: asked("hello") });
  const thought: ChatMessage[] = [
    ...asked("hello"),
    { role: "assistant", content: "", reasoning_content: "x".repeat(500) },
  ];
  expect(mostPromptTokens({ model: "any", messages: thought })).toBeGreaterThan(plain + 500);
  const provider_options = { guided_regex: "x".repeat(500) };
  expect(mostPromptTokens({ model: "any", messages: asked("hello"), provider_options })).toBeGreaterThan(
    plain + 500,
  );
});

test("the answer has max_tokens, else as many as the model can write; else the cost is unknown", () => {
  const path = join(newDir(), "prices.json");
  const models = {
    limited: { input: 0, output: 10, output_tokens: 500 },
    reader: { input: 0, output: 10, context_tokens: 2_000 },
    endless: { input: 0, output: 10 },
    free: { input: 0, output: 0 },
  };
  writeFileSync(path, JSON.stringify({ source: "us", as_of: "2026-01-01", prices: { vllm: models } }));
  const prices = createPrices({ operator: path });
  const worst = (model: string, max_tokens?: number) =>
    worstCaseOf(prices, "vllm", { model, messages: asked("x"), ...(max_tokens ? { max_tokens } : {}) });
  expect(worst("limited")).toEqual({ usd: per(500, 10) });
  expect(worst("limited", 20)).toEqual({ usd: per(20, 10) });
  const several = { model: "limited", messages: asked("x"), n: 3, max_completion_tokens: 20 };
  expect(worstCaseOf(prices, "vllm", several)).toEqual({ usd: per(60, 10) });
  expect(worst("reader")).toEqual({ usd: per(2_000, 10) });
  expect(worst("endless")).toEqual({ unknown: expect.stringContaining("set max_tokens") });
  expect(worst("free")).toEqual({ usd: 0 });
  expect(worst("nobody")).toEqual({ unknown: expect.stringContaining("PRICES_FILE") });
  expect(worstCaseOf(prices, "mock", { model: "mock?seed=3", messages: asked("x") })).toEqual({ usd: 0 });
});

test("a price file may price an embedded model, by its name without settings", () => {
  const path = join(newDir(), "prices.json");
  const mock = { mock: { input: 1, output: 2 }, "mock?seed=1": { input: 10, output: 20 } };
  writeFileSync(path, JSON.stringify({ source: "us", as_of: "2026-01-01", prices: { mock } }));
  const prices = createPrices({ operator: path });
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000 };
  expect(prices.cost("mock", "mock?latency_ms=5", usage)).toBeCloseTo(3, 12);
  expect(prices.cost("mock", "mock?seed=1", usage)).toBeCloseTo(30, 12);
  expect(prices.cost("baseline", "first", usage)).toBe(0);
});
