import { describe, expect, test } from "bun:test";
import { normalizeAnswer, normalizeSquad, squadTokens } from "../../../src/metrics/text/normalize.ts";

describe("normalizeSquad", () => {
  test("removes case, ASCII punctuation, articles and surplus white space", () => {
    expect(normalizeSquad("  The  Cat's\tan “A-list” a\n")).toBe("cats “alist”");
    expect(normalizeSquad("theatre another Ana")).toBe("theatre another ana");
  });

  test("takes letters of any script for parts of a word, as Python's regular expressions do", () => {
    expect(normalizeSquad("theя яa éa aé")).toBe("theя яa éa aé");
    expect(normalizeSquad("the—end")).toBe("—end");
  });

  test("separates at the white space Python knows, and no other", () => {
    expect(squadTokens("x\u001cy\u0085z\u3000w")).toEqual(["x", "y", "z", "w"]);
    expect(squadTokens("x\u200by\ufeffz")).toEqual(["x\u200by\ufeffz"]);
  });

  test("leaves nothing of articles and punctuation", () => {
    expect(squadTokens("The ... a!")).toEqual([]);
    expect(squadTokens("")).toEqual([]);
  });
});

describe("normalizeAnswer", () => {
  test("removes what SQuAD's form does, and punctuation of any script", () => {
    expect(normalizeAnswer(" The “Eiffel” Tower… ")).toBe("eiffel tower");
    expect(normalizeAnswer("東京、大阪。")).toBe("東京大阪");
    expect(normalizeAnswer("**$12 million**")).toBe("12 million");
  });

  test("spares signs, points and colons of numbers", () => {
    expect(normalizeAnswer("-3.5 kg.")).toBe("-3.5 kg");
    expect(normalizeAnswer("(−.5 m)")).toBe("-.5 m");
    expect(normalizeAnswer("at 10:15, on 2024-05-01")).toBe("at 10:15 on 2024-05-01");
    expect(normalizeAnswer("1,234,567 and 3,5")).toBe("1234567 and 3,5");
  });

  test("removes an article before a word only", () => {
    expect(normalizeAnswer("a cat and the dog")).toBe("cat and dog");
    expect(normalizeAnswer("Vitamin A")).toBe("vitamin a");
    expect(normalizeAnswer("A.")).toBe("a");
  });

  test("leaves an answer of punctuation alone", () => {
    expect(normalizeAnswer(" ?! ")).toBe("?!");
    expect(normalizeAnswer("+")).toBe("+");
    expect(normalizeAnswer("")).toBe("");
  });

  test("composes accents", () => {
    expect(normalizeAnswer("CAFE\u0301")).toBe("café");
  });
});
