import { expect, test } from "bun:test";
import { createMock } from "../../../src/providers/embedded/mock.ts";
import { hashedBagOfWords } from "../../../src/providers/embedded/mock-embedding.ts";
import { failureOf } from "../../support/deltas.ts";

const cosine = (left: string, right: string): number => {
  const other = hashedBagOfWords(right);
  return hashedBagOfWords(left).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
};

test("the same words in any order and case are the same vector, of length 1", () => {
  expect(cosine("The cat sat.", "sat the CAT")).toBeCloseTo(1, 12);
  expect(hashedBagOfWords("the cat sat")).toHaveLength(256);
});

test("the more words two texts share the nearer they are; none shared is far", () => {
  const near = cosine("the cat sat on the mat", "the cat sat on the chair");
  const far = cosine("the cat sat on the mat", "quarterly revenue grew by nine percent");
  expect(near).toBeGreaterThan(0.8);
  expect(Math.abs(far)).toBeLessThan(0.3);
});

test("a text without words has zeros alone", () => {
  expect(new Set(hashedBagOfWords(" … !"))).toEqual(new Set([0]));
});

test("the mock embeds, counts words as tokens, and fails as its name says", async () => {
  const { embed } = createMock();
  if (!embed) throw new Error("the mock embeds");
  const { vectors, usage, model } = await embed({ model: "mock", texts: ["one two", "three"] });
  expect(vectors).toEqual([hashedBagOfWords("one two"), hashedBagOfWords("three")]);
  expect({ usage, model }).toEqual({ usage: { prompt_tokens: 3 }, model: "mock" });
  expect(await failureOf(embed({ model: "mock?error=429", texts: ["a"] }))).toMatchObject({
    reason: "rate_limited",
    retryable: true,
  });
  const started = performance.now();
  await embed({ model: "mock?latency_ms=30", texts: ["a"] });
  expect(performance.now() - started).toBeGreaterThanOrEqual(29);
});
