import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPrices } from "../../../src/providers/prices/index.ts";
import { PricesError } from "../../../src/providers/prices/price-file.ts";
import shipped from "../../../src/providers/prices/prices.json" with { type: "json" };
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const prices = createPrices();

const tokens = (prompt_tokens: number, completion_tokens: number) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});
const MILLION = tokens(1_000_000, 1_000_000);

function writeFile(content: unknown): string {
  const path = join(tempDir(), "prices.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const ownWith = (models: object) => ({
  operator: writeFile({ source: "our contract", as_of: "2026-01-31", prices: { openai: models } }),
});

function faultOf(path: string): string {
  try {
    createPrices({ operator: path });
  } catch (error) {
    if (error instanceof PricesError) return error.message;
    throw error;
  }
  throw new Error("the file was expected to be refused");
}

describe("the prices that ship", () => {
  test("state their source and date", () => {
    for (const { source, as_of } of prices.models("openai")) {
      expect(source).toStartWith("models.dev");
      expect(as_of).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  // Rates published by OpenAI and Anthropic, in US dollars per million tokens of input and output.
  test.each([
    ["openai", "gpt-3.5-turbo", 0.5, 1.5],
    ["openai", "gpt-4-turbo", 10, 30],
    ["openai", "gpt-4o", 2.5, 10],
    ["openai", "gpt-4o-mini", 0.15, 0.6],
    ["anthropic", "claude-sonnet-4-5", 3, 15],
  ])("of %s %s are %p and %p a million", (provider, model, input, output) => {
    expect(prices.cost(provider, model, tokens(1_000_000, 0))).toBeCloseTo(input, 10);
    expect(prices.cost(provider, model, tokens(0, 1_000_000))).toBeCloseTo(output, 10);
    expect(prices.cost(provider, model, tokens(1_234, 567))).toBeCloseTo(
      (1_234 * input + 567 * output) / 1e6,
      12,
    );
  });

  test("of a longer prompt are its tier's, for the whole call", () => {
    const { tiers, input, output } = shipped.prices.openai["gpt-5.4"];
    const [tier] = tiers;
    const at = tokens(tier?.above_input_tokens ?? 0, 1_000);
    const above = tokens((tier?.above_input_tokens ?? 0) + 1, 1_000);
    expect(tier?.input).toBeGreaterThan(input);
    expect(prices.cost("openai", "gpt-5.4", at)).toBeCloseTo(
      (at.prompt_tokens * input + 1_000 * output) / 1e6,
      10,
    );
    expect(prices.cost("openai", "gpt-5.4", above)).toBeCloseTo(
      (above.prompt_tokens * (tier?.input ?? 0) + 1_000 * (tier?.output ?? 0)) / 1e6,
      10,
    );
  });

  test("are finite and not negative for every model", () => {
    let count = 0;
    for (const [provider, models] of Object.entries(shipped.prices)) {
      for (const model of Object.keys(models)) {
        const cost = prices.cost(provider, model, MILLION);
        expect([model, Number.isFinite(cost), (cost ?? -1) >= 0]).toEqual([model, true, true]);
        count++;
      }
    }
    expect(count).toBeGreaterThan(500);
  });
});

describe("what is not known", () => {
  test.each([
    ["openai", "no-such-model"],
    ["no-such-provider", "gpt-4o"],
    ["openai", "constructor"],
    ["constructor", "name"],
    ["__proto__", "toString"],
    ["openai", ""],
  ])("has no price: %s %s", (provider, model) => {
    expect(prices.cost(provider, model, MILLION)).toBeNull();
  });

  test("has no cost, such as a usage that was not reported", () => {
    expect(prices.cost("openai", "gpt-4o", null)).toBeNull();
  });

  test("is never the cost of an embedded provider: it is 0", () => {
    expect(prices.cost("baseline", "random", MILLION)).toBe(0);
    expect(prices.cost("mock", "mock?latency_ms=5", null)).toBe(0);
  });
});

describe("tokens with prices of their own", () => {
  const own = createPrices(
    ownWith({
      all: { input: 10, output: 100, cache_read: 1, cache_write: 12, reasoning: 200 },
      some: { input: 10, output: 100 },
      tiered: {
        input: 1,
        output: 2,
        cache_read: 0.5,
        tiers: [
          { above_input_tokens: 1_000, input: 10, output: 20, cache_read: 5 },
          { above_input_tokens: 100, input: 3, output: 4 },
        ],
      },
    }),
  );
  const usage = { ...tokens(1_000, 100), cached_tokens: 600, cache_write_tokens: 100, reasoning_tokens: 40 };

  test("are counted at them, and not twice", () => {
    const expected = 300 * 10 + 600 * 1 + 100 * 12 + 60 * 100 + 40 * 200;
    expect(own.cost("openai", "all", usage)).toBeCloseTo(expected / 1e6, 12);
  });

  test("cost as other tokens if they have none", () => {
    expect(own.cost("openai", "some", usage)).toBeCloseTo((1_000 * 10 + 100 * 100) / 1e6, 12);
  });

  test("are priced by the highest tier that is reached, in whatever order the file has them", () => {
    const cost = (prompt_tokens: number) =>
      (own.cost("openai", "tiered", { ...tokens(prompt_tokens, 0), cached_tokens: 100 }) ?? 0) * 1e6;
    expect(cost(100)).toBeCloseTo(100 * 0.5, 6);
    expect(cost(1_000)).toBeCloseTo(1_000 * 3, 6);
    expect(cost(1_001)).toBeCloseTo(901 * 10 + 100 * 5, 6);
  });
});

test("a tier without a price of its own for thinking bills it as other tokens of the tier", () => {
  const model = "google/gemini-3.1-pro-preview";
  const { reasoning, tiers } = shipped.prices.openrouter[model];
  const [tier] = tiers;
  expect([reasoning, tier?.output, tier && "reasoning" in tier]).toEqual([12, 18, false]);
  const usage = { ...tokens(200_001, 1_000), reasoning_tokens: 900 };
  expect(prices.cost("openrouter", model, usage)).toBeCloseTo((200_001 * 4 + 1_000 * 18) / 1e6, 12);
});

describe("the models of known price", () => {
  const named = (own: typeof prices, provider: string) =>
    new Map(own.models(provider).map((model) => [model.model, model]));

  test("are those that ship, by name, with who says so and what they can read and write", () => {
    const names = prices.models("openai").map(({ model }) => model);
    expect(names).toEqual(Object.keys(shipped.prices.openai).sort());
    expect(named(prices, "openai").get("gpt-4o-2024-08-06")).toEqual({
      model: "gpt-4o-2024-08-06",
      price: { input: 2.5, output: 10, cache_read: 1.25 },
      source: shipped.source,
      as_of: shipped.as_of,
      context_tokens: 128_000,
      output_tokens: 16_384,
    });
  });

  test("have the operator's price and source if the operator's file has them", () => {
    const tiers = [{ above_input_tokens: 100, input: 3, output: 4 }];
    const own = named(
      createPrices(ownWith({ "gpt-4o": { input: 1, output: 2, tiers }, ours: { input: 0, output: 0 } })),
      "openai",
    );
    const ours = { source: "our contract", as_of: "2026-01-31", context_tokens: null, output_tokens: null };
    expect(own.get("gpt-4o")).toEqual({ model: "gpt-4o", price: { input: 1, output: 2, tiers }, ...ours });
    expect(own.get("ours")).toEqual({ model: "ours", price: { input: 0, output: 0 }, ...ours });
    expect(own.get("gpt-4-turbo")?.source).toBe(shipped.source);
    expect(own.size).toBe(Object.keys(shipped.prices.openai).length + 1);
  });

  test("do not exist for a provider in no file, whatever its name", () => {
    for (const name of ["ollama", "my-server", "constructor", "__proto__"])
      expect(prices.models(name)).toEqual([]);
  });
});

describe("an operator's file", () => {
  test("overrides the shipped prices, model by model", () => {
    const own = createPrices(
      ownWith({ "gpt-4o": { input: 1, output: 2 }, "our-model": { input: 0, output: 0 } }),
    );
    expect(own.cost("openai", "gpt-4o", MILLION)).toBeCloseTo(3, 10);
    expect(own.cost("openai", "our-model", MILLION)).toBe(0);
    expect(own.cost("openai", "gpt-4-turbo", MILLION)).toBeCloseTo(40, 10);
  });

  test("in the form of the shipped file is accepted", () => {
    const own = createPrices({ operator: writeFile(shipped) });
    expect(own.cost("openai", "gpt-4o", MILLION)).toBe(prices.cost("openai", "gpt-4o", MILLION));
  });

  const bad: [string, unknown, string][] = [
    ["is no JSON", "{nonsense", "JSON"],
    ["is a list", [], "body"],
    ["has no prices", { source: "us", as_of: "today" }, "prices"],
    [
      "has a provider without models",
      { source: "us", as_of: "today", prices: { openai: null } },
      "prices.openai",
    ],
    [
      "has a model without prices",
      { source: "us", as_of: "today", prices: { openai: { m: 3 } } },
      "prices.openai.m",
    ],
    ["lacks a rate", { source: "us", as_of: "today", prices: { openai: { m: { input: 1 } } } }, "output"],
    [
      "has a rate in words",
      { source: "us", as_of: "today", prices: { openai: { m: { input: "1", output: 2 } } } },
      "input",
    ],
    [
      "has a rate below zero",
      { source: "us", as_of: "today", prices: { openai: { m: { input: -1, output: 2 } } } },
      "input",
    ],
    [
      "has a tier without its bound",
      {
        source: "us",
        as_of: "today",
        prices: { openai: { m: { input: 1, output: 2, tiers: [{ input: 1, output: 2 }] } } },
      },
      "above_input_tokens",
    ],
  ];
  test.each(bad)("that %s is refused: setting, file, fault and example", (_what, content, fault) => {
    const path = writeFile(content);
    const message = faultOf(path);
    expect(message).toStartWith(`PRICES_FILE ${path} can't be used: `);
    expect(message).toInclude(fault);
    const [, example = ""] = message.split("Example: ");
    expect(createPrices({ operator: writeFile(example) }).cost("openai", "gpt-4o", MILLION)).toBeCloseTo(
      12.5,
      10,
    );
  });

  test("that has a model twice is refused", () => {
    const path = join(tempDir(), "twice.json");
    const rates = '{"input":1,"output":2}';
    const prices = `{"openai":{"m":${rates},"m":${rates}}}`;
    writeFileSync(path, `{"source":"us","as_of":"2026-01-01","prices":${prices}}`);
    expect(faultOf(path)).toInclude("prices.openai.m is given more than once");
  });

  test("that does not exist is rejected", () => {
    const path = join(tempDir(), "missing.json");
    expect(faultOf(path)).toStartWith(`PRICES_FILE ${path} can't be used: ENOENT`);
  });
});
