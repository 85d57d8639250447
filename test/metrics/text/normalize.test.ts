import { describe, expect, test } from "bun:test";
import { normalizeSquad, squadTokens } from "../../../src/metrics/text/normalize.ts";

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
