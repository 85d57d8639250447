import { describe, expect, test } from "bun:test";
import { normalizeWords } from "../../../src/domain/answers/words.ts";

describe("normalizeWords", () => {
  test("removes what SQuAD's form does, and punctuation of any script", () => {
    expect(normalizeWords(" The “Eiffel” Tower… ")).toBe("eiffel tower");
    expect(normalizeWords("東京、大阪。")).toBe("東京大阪");
    expect(normalizeWords("($12 million)")).toBe("12 million");
  });

  test("spares signs, points and colons of numbers", () => {
    expect(normalizeWords("-3.5 kg.")).toBe("-3.5 kg");
    expect(normalizeWords("(−.5 m)")).toBe("-.5 m");
    expect(normalizeWords("at 10:15, on 2024-05-01")).toBe("at 10:15 on 2024-05-01");
    expect(normalizeWords("1,234,567 and 3,5")).toBe("1234567 and 3,5");
  });

  test("removes an article before a word only", () => {
    expect(normalizeWords("a cat and the dog")).toBe("cat and dog");
    expect(normalizeWords("Vitamin A")).toBe("vitamin a");
    expect(normalizeWords("A.")).toBe("a");
  });

  test("leaves an answer of punctuation alone", () => {
    expect(normalizeWords(" ?! ")).toBe("?!");
    expect(normalizeWords("+")).toBe("+");
    expect(normalizeWords("")).toBe("");
  });

  test("composes accents", () => {
    expect(normalizeWords("CAFE\u0301")).toBe("café");
  });
});
