import { describe, expect, test } from "bun:test";
import { compilePattern } from "../../src/base/pattern.ts";

const find = (pattern: string, text: string, which: "first" | "last" = "last") =>
  compilePattern(pattern, "pattern").find(text, which);

describe("find", () => {
  test("returns the first group, or the whole match of a pattern without groups", () => {
    expect(find("answer is (\\d+)", "The answer is 4. No, the answer is 5.")).toBe("5");
    expect(find("answer is (\\d+)", "The answer is 4. No, the answer is 5.", "first")).toBe("4");
    expect(find("\\d+", "4 and 5")).toBe("5");
    expect(find("\\d+", "none")).toBeUndefined();
  });

  test("finds the last of very many matches", () => {
    expect(find("(\\d+)", `${"1 ".repeat(100_000)}42`)).toBe("42");
    expect(find("[a-z]*", "abc ".repeat(50_000))).toBe("");
  });

  test("is bounded if each search looks through the rest of the text", () => {
    expect(find("a(?:.*b)?", "a".repeat(30_000))).toBe("a");
    expect(find("(a)(?:.*b)?", `${"a".repeat(30_000)}${" ".repeat(20_000)}`)).toBeNull();
  });
});
