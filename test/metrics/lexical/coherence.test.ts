import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const coherenceOf = (output: string): Promise<number | null> => scoredValue("coherence", { output });

describe("coherence", () => {
  test("is the mean cosine between adjacent sentences' content words", async () => {
    // cat, sleeps | cat, purrs | sun, shines: (1/2 + 0) / 2.
    expect(await coherenceOf("The cat sleeps. The cat purrs. The sun shines.")).toBeCloseTo(0.25, 12);
    // old, man, fished | man, caught, fish, man: 2 / √(3 · 6).
    expect(await coherenceOf("The old man fished. The man caught a fish, man.")).toBeCloseTo(
      2 / Math.sqrt(18),
      12,
    );
  });

  test("is 1 where each sentence repeats the last, 0 where none takes anything up", async () => {
    expect(await coherenceOf("Cats purr. Cats purr! Purr, cats?")).toBe(1);
    expect(await coherenceOf("Cats purr. Stocks fell. Rain is likely.")).toBe(0);
  });

  test("looks at neighbours alone: order matters", async () => {
    const ordered = (await coherenceOf("Cats purr. Cats eat. Dogs eat. Dogs bark.")) ?? -1;
    const shuffled = (await coherenceOf("Cats purr. Dogs bark. Cats eat. Dogs eat.")) ?? 2;
    expect(ordered).toBeCloseTo(0.5, 12);
    expect(shuffled).toBeLessThan(ordered);
  });

  test("knows sentences of other scripts, and lines of a list", async () => {
    expect(await coherenceOf("東京は首都です。東京は大きい。")).toBeGreaterThan(0.3);
    expect(await coherenceOf("red apples\nred pears")).toBeCloseTo(0.5, 12);
  });

  test("does not end a sentence at a decimal point", async () => {
    expect(await coherenceOf("Pi is about 3.14 or so")).toBeNull();
  });

  test("passes over sentences without content words", async () => {
    expect(await coherenceOf("Cats purr. And so they do. Cats eat.")).toBeCloseTo(0.5, 12);
  });

  test("is null with the reason for fewer than two sentences", async () => {
    for (const output of ["", "One sentence.", "Cats purr. That is so.", "… 🎉\n---\n"]) {
      expect(await scoreOf("coherence", { output })).toEqual({
        value: null,
        reason: "the output has fewer than two sentences with content words",
      });
    }
  });

  test("names its method and its sources", () => {
    expect(metricOf("coherence")).toMatchObject({ method: "lexical", requires: [] });
    expect(metricOf("coherence").source).toMatch(/Foltz.*Coh-Metrix/);
  });
});
