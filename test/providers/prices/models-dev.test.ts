import { expect, test } from "bun:test";
import { readModelsDev } from "../../../src/providers/prices/models-dev.ts";

/** An entry in the form of models.dev's `packages/core/src/schema.ts`, with fields that this server ignores. */
const model = (id: string, cost?: object, limit?: object) => ({
  id,
  name: id,
  attachment: false,
  reasoning: true,
  tool_call: true,
  release_date: "2026-01-01",
  last_updated: "2026-01-01",
  modalities: { input: ["text"], output: ["text"] },
  open_weights: false,
  limit: limit ?? { context: 128_000, output: 16_384 },
  ...(cost ? { cost } : {}),
});
const provider = (id: string, ...models: { id: string }[]) => ({
  id,
  env: ["KEY"],
  npm: "@ai-sdk/openai",
  name: id,
  doc: "https://example.org",
  models: Object.fromEntries(models.map((entry) => [entry.id, entry])),
});

test("reads the rates, and the known limits", () => {
  const cost = { input: 2, output: 8, cache_read: 0.2, cache_write: 2.5, reasoning: 9, input_audio: 40 };
  const found = readModelsDev({
    openai: provider(
      "openai",
      model("a", cost),
      model("b", { input: 0, output: 0 }, { context: 0, output: 0 }),
    ),
  });
  expect(found).toEqual({
    prices: {
      openai: {
        a: {
          input: 2,
          output: 8,
          cache_read: 0.2,
          cache_write: 2.5,
          reasoning: 9,
          context_tokens: 128_000,
          output_tokens: 16_384,
        },
        b: { input: 0, output: 0, context_tokens: null, output_tokens: null },
      },
    },
    unreadable: [],
  });
});

test("reads tiers in either form; the newer goes before", () => {
  const over = { input: 4, output: 12, cache_read: 0.4 };
  const tier = { tier: { type: "context", size: 272_000 }, input: 5, output: 15, output_audio: 1 };
  const found = readModelsDev({
    google: provider(
      "google",
      model("old", { input: 2, output: 8, context_over_200k: over }),
      model("new", { input: 2, output: 8, tiers: [tier], context_over_200k: over }),
      model("untyped", { input: 2, output: 8, tiers: [{ ...tier, tier: { size: 1 } }] }),
      model("other", { input: 2, output: 8, tiers: [{ ...tier, tier: { type: "daily", size: 1 } }] }),
    ),
  });
  const tiersOf = (name: string) => found?.prices.google?.[name]?.tiers;
  expect(tiersOf("old")).toEqual([{ above_input_tokens: 200_000, ...over }]);
  expect(tiersOf("new")).toEqual([{ above_input_tokens: 272_000, input: 5, output: 15 }]);
  expect(tiersOf("untyped")).toEqual([{ above_input_tokens: 1, input: 5, output: 15 }]);
  expect(tiersOf("other")).toBeUndefined();
});

test("reads only this server's providers, under its own names, and ignores models without a price", () => {
  const found = readModelsDev({
    "fireworks-ai": provider("fireworks-ai", model("f", { input: 1, output: 1 })),
    nobody: provider("nobody", model("n", { input: 1, output: 1 })),
    xai: provider("xai", model("unpriced")),
  });
  expect(Object.keys(found?.prices ?? {})).toEqual(["fireworks"]);
});

test("an unreadable entry is named, and other entries keep their price", () => {
  const found = readModelsDev({
    openai: provider(
      "openai",
      model("good", { input: 1, output: 2 }),
      model("negative", { input: -1, output: 2 }),
      model("half", { input: 1 }),
      model("words", { input: "1", output: 2 }),
    ),
  });
  expect(Object.keys(found?.prices.openai ?? {})).toEqual(["good"]);
  expect(found?.unreadable).toEqual(["openai/negative", "openai/half", "openai/words"]);
});

test.each([[null], [[]], ["text"], [{ openai: {} }], [{ openai: { models: [] } }], [{ error: "gone" }]])(
  "%j is no such document",
  (document) => {
    expect(readModelsDev(document)).toBeUndefined();
  },
);
