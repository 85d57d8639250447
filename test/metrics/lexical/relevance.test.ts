import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const relevanceOf = (input: string, output: string): Promise<number | null> =>
  scoredValue("relevance", { input, output });

describe("relevance", () => {
  test("is the cosine of the two texts' content-word counts", async () => {
    // capital, france and paris, capital, france: 2 / √(2 · 3).
    expect(
      await relevanceOf("What is the capital of France?", "Paris is the capital of France."),
    ).toBeCloseTo(2 / Math.sqrt(6), 12);
    // red 2, apple 1 and red 1, pear 2: 2 / √(5 · 5).
    expect(await relevanceOf("red apple red", "pear red pear")).toBeCloseTo(0.4, 12);
  });

  test("is 1 for the same words in any order and case, 0 for none in common", async () => {
    expect(await relevanceOf("Why is the sky blue?", "Blue sky!")).toBe(1);
    expect(await relevanceOf("Why is the sky blue?", "Penguins cannot fly.")).toBe(0);
  });

  test("does not depend on how often a text is repeated, and is symmetric", async () => {
    expect(await relevanceOf("blue sky sea", "sky sky")).toBeCloseTo(
      (await relevanceOf("blue sky sea", "sky")) ?? -1,
      12,
    );
    expect(await relevanceOf("blue sky sea", "sky pear")).toBe(await relevanceOf("sky pear", "blue sky sea"));
  });

  test("function words in common make nothing relevant", async () => {
    expect(await relevanceOf("What is the capital of France?", "What is the meaning of life?")).toBe(0);
    expect(await relevanceOf("Don't they sell apples?", "They don’t have pears")).toBe(0);
  });

  test("a possessive is the word itself", async () => {
    expect(await relevanceOf("France's capital", "the capital of France")).toBeCloseTo(1, 12);
  });

  test("tells the words of a text without spaces apart", async () => {
    const related = (await relevanceOf("日本の首都はどこですか", "日本の首都は東京です")) ?? -1;
    const unrelated = (await relevanceOf("日本の首都はどこですか", "猫が好き")) ?? 2;
    expect(related).toBeGreaterThan(0.5);
    expect(unrelated).toBeLessThan(related);
  });

  test("an output that says nothing is irrelevant", async () => {
    expect(await relevanceOf("Why is the sky blue?", "")).toBe(0);
    expect(await relevanceOf("Why is the sky blue?", "It is as it is.")).toBe(0);
  });

  test("is null where the input says nothing", async () => {
    expect(await scoreOf("relevance", { input: "What is it?", output: "A lamp" })).toEqual({
      value: null,
      reason: "the input has no content words",
    });
  });

  test("names its method and its source", () => {
    expect(metricOf("relevance")).toMatchObject({ method: "lexical", requires: [] });
    expect(metricOf("relevance").source).toContain("Salton");
  });
});
