import { describe, expect, test } from "bun:test";
import { parseListText } from "../../../src/datasets/mapping/list-text.ts";
import { GROWTH_MAX, growthOf } from "../../support/timing/growth.ts";

/**
 * Texts printed by Python 3 (`str(list)`) and numpy 2.4.6 (`str(numpy.array(list))`), and the lists that were
 * printed.
 */
const PRINTED: [string, string[]][] = [
  ["['a', 'b']", ["a", "b"]],
  ["['a' 'b']", ["a", "b"]],
  [`["it's", 'say "x"']`, ["it's", 'say "x"']],
  [`['it\\'s "x"' 'b']`, [`it's "x"`, "b"]],
  ["['C:\\\\x', 'two\\nlines', 'tab\\there']", ["C:\\x", "two\nlines", "tab\there"]],
  ["['a, b' 'c] d' '[e']", ["a, b", "c] d", "[e"]],
  ["['' ' ']", ["", " "]],
  ["['\\x00' '\\u200b' '\\U000e0001']", ["\x00", "\u200b", "\u{e0001}"]],
  ["['é', '日本', '−4']", ["é", "日本", "−4"]],
  ["['one' 'two'\n 'three']", ["one", "two", "three"]],
  ["  ['a' 'b']\n", ["a", "b"]],
];

describe("a list in a text", () => {
  test("is read as JSON", () => {
    expect(parseListText('["a", "it\'s", 3]')).toEqual(["a", "it's", 3]);
    expect(parseListText("[]")).toEqual([]);
  });

  test("is read as Python and numpy print it", () => {
    for (const [text, items] of PRINTED) expect([text, parseListText(text)]).toEqual([text, items]);
  });

  test("is not guessed if it is ambiguous", () => {
    const ambiguous = [
      "['it's' 'b']",
      "['a', 'b' 'c']",
      "['a' 'b', 'c']",
      "[a, b]",
      "[0 4 2 6]",
      "['a', b]",
      "['a' 'b'",
      "['a' 'b'] 'c'",
      "['a''b']",
      "['a',, 'b']",
      "[, 'a']",
      "['a',]",
      "['\\q']",
      "['\\U00110000']",
      "('a', 'b')",
      "{'a', 'b'}",
      "a;b;c",
      '"a"',
      "",
    ];
    for (const text of ambiguous) expect([text, parseListText(text)]).toEqual([text, undefined]);
  });

  test("takes time in proportion to its length, however it is made", async () => {
    const hostile = [
      (size: number) => `[${"'a' ".repeat(size)}`,
      (size: number) => `['${"\\".repeat(size)}]`,
      (size: number) => `[${" ".repeat(size)}x]`,
      (size: number) => `['a'${" ".repeat(size)}x]`,
      (size: number) => `[${"'".repeat(size)}]`,
    ];
    for (const textOf of hostile) {
      const growth = await growthOf((size) => {
        const text = textOf(size);
        return () => expect(parseListText(text)).toBeUndefined();
      }, 128_000);
      expect(growth, String(textOf)).toBeLessThan(GROWTH_MAX);
    }
  });
});
