import { describe, expect, test } from "bun:test";
import { aliasesOf } from "../../../src/providers/prices/aliases.ts";
import { createPrices } from "../../../src/providers/prices/index.ts";

const prices = createPrices();
const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 };

test.each([
  ["gpt-4.1-nano-2025-04-14", "gpt-4.1-nano"],
  ["claude-opus-4-1@20250805", "claude-opus-4-1"],
  ["models/gemini-2.5-flash", "gemini-2.5-flash"],
  ["sa.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0"],
  [
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0",
    "amazon.nova-pro-v1:0",
  ],
])("%s is also looked up as %s", (model, alias) => {
  expect(aliasesOf(model)).toContain(alias);
});

test.each(["gpt-4o", "mistral-large-2411", "deepseek-r1-0528", "us.model", "o3-2025"])(
  "%s has no other name",
  (model) => {
    expect(aliasesOf(model)).toEqual([]);
  },
);

describe("a price", () => {
  test("of a snapshot is that of its model, unless it has its own", () => {
    expect(prices.cost("openai", "gpt-5-nano-2025-08-07", usage)).toBe(
      prices.cost("openai", "gpt-5-nano", usage),
    );
    expect(prices.cost("openai", "gpt-4o-2024-05-13", usage)).toBeCloseTo(5, 10);
    expect(prices.cost("openai", "gpt-4o-2031-01-01", usage)).toBeCloseTo(2.5, 10);
  });

  test("of an answer is that of the name that is known", () => {
    const names = (requested: string, answered: string) => ({ requested, answered });
    expect(prices.costOfAnswer("openai", names("our-alias", "gpt-4o-mini-2024-07-18"), usage)).toBeCloseTo(
      0.15,
      10,
    );
    expect(prices.costOfAnswer("openai", names("gpt-4o", "gpt-4o-mini"), usage)).toBeCloseTo(2.5, 10);
    expect(prices.costOfAnswer("azure", names("gpt-4o", "gpt-4o-mini-2024-07-18"), usage)).toBeCloseTo(
      0.15,
      10,
    );
    expect(prices.costOfAnswer("azure", names("team", "nobody"), usage)).toBeNull();
  });

  test("of a request counts beside the tokens", () => {
    expect(prices.cost("perplexity", "sonar", { ...usage, prompt_tokens: 0 })).toBeCloseTo(0.005, 10);
    expect(prices.find("perplexity", "sonar")?.price).toMatchObject({ request: 0.005, request_most: 0.012 });
  });

  test("of cached tokens is never zero where others cost", () => {
    expect(prices.find("openai", "gpt-3.5-turbo")?.price).not.toHaveProperty("cache_read");
  });
});
