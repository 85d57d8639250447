import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../src/base/random.ts";
import { editDistance } from "../../../src/metrics/overlap/edit-distance.ts";
import { longestCommonSubsequence } from "../../../src/metrics/text/subsequence.ts";
import { GROWTH_MAX, growthOf } from "../../support/timing/growth.ts";
import { scoredValue, scoreOf } from "../sample.ts";

const random = createRandom("distances");
const draw = (below: number): number => Math.floor(random() * below);

/** Draws two sequences of up to 200 numbers below some `distinct`. */
function anyPair(): { distinct: number; one: number[]; other: number[] } {
  const distinct = 1 + draw(30);
  const sequence = () => Array.from({ length: draw(200) }, () => draw(distinct));
  return { distinct, one: sequence(), other: sequence() };
}

/** Computes the textbook's table row by row: `step` makes a cell from its three neighbours. */
function table(
  [one, other]: readonly [number[], number[]],
  first: (column: number) => number,
  step: (neighbours: { left: number; above: number; diagonal: number; equal: boolean }) => number,
): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => first(column));
  for (const [index, item] of one.entries()) {
    const next = [first(index + 1)];
    for (const [column, against] of other.entries())
      next.push(
        step({
          left: next[column]!,
          above: row[column + 1]!,
          diagonal: row[column]!,
          equal: item === against,
        }),
      );
    row = next;
  }
  return row[other.length]!;
}

const pairs = Array.from({ length: 300 }, anyPair);
const letters = (numbers: number[]): string => numbers.map((each) => String.fromCharCode(97 + each)).join("");
const emoji = (numbers: number[]): string =>
  numbers.map((each) => String.fromCodePoint(0x1f600 + each)).join("");

test("the bit-parallel subsequence is as long as the table's", () => {
  for (const { distinct, one, other } of pairs) {
    const wanted = table(
      [one, other],
      () => 0,
      ({ left, above, diagonal, equal }) => (equal ? diagonal + 1 : Math.max(left, above)),
    );
    const found = longestCommonSubsequence(Uint32Array.from(one), Uint32Array.from(other), {
      distinct,
      budget: { cells: 1e9 },
    });
    expect([one, other, found]).toEqual([one, other, wanted]);
  }
});

test("the edit distance is the table's, in code points", () => {
  for (const { one, other } of pairs) {
    const edits = table(
      [one, other],
      (column) => column,
      ({ left, above, diagonal, equal }) => Math.min(left + 1, above + 1, diagonal + (equal ? 0 : 1)),
    );
    const longer = Math.max(one.length, other.length);
    expect(editDistance(letters(one), letters(other), { cells: 1e9 })).toEqual({ edits, longer });
    expect(editDistance(emoji(one), emoji(other), { cells: 1e9 })).toEqual({ edits, longer });
  }
});

describe("levenshtein", () => {
  test("is one less the edits over the longer length", async () => {
    expect(await scoredValue("levenshtein", { output: "kitten", expected: ["sitting"] })).toBeCloseTo(
      4 / 7,
      12,
    );
    expect(await scoredValue("levenshtein", { output: " Paris\n", expected: ["Paris"] })).toBe(1);
    expect(await scoredValue("levenshtein", { output: "👍🏽", expected: ["👍"] })).toBe(0.5);
    expect(await scoredValue("levenshtein", { output: "", expected: ["abc"] })).toBe(0);
    expect(await scoredValue("levenshtein", { output: "", expected: [""] })).toBe(1);
  });

  test("takes the nearest reference", async () => {
    expect(await scoredValue("levenshtein", { output: "abcd", expected: ["x", "abcx", "yyyy"] })).toBe(0.75);
  });

  test("is null for long texts that differ much, and a value for long texts that differ little", async () => {
    const long = "ab".repeat(50_000);
    const score = await scoreOf("levenshtein", { output: long, expected: ["c".repeat(50_000)] });
    expect(score).toEqual({
      value: null,
      reason: "output and references are too long to count the edits between them",
    });
    expect(
      await scoredValue("levenshtein", { output: `${long}x${long}`, expected: [long + long] }),
    ).toBeCloseTo(1 - 1 / 200_001, 12);
  });
});

describe("rouge_l", () => {
  test("is null if the table would be too large; rouge_1 still has a value", async () => {
    const words = (prefix: string) =>
      Array.from({ length: 50_000 }, (_, place) => `${prefix}${place}`).join(" ");
    const sample = { output: words("a"), expected: [words("b")] };
    expect(await scoredValue("rouge_l", sample)).toBeNull();
    expect(await scoredValue("rouge_1", sample)).toBe(0);
  });

  test.each(["東京", "जापान स्तब्ध छ", "Москва — столица", "서울은 수도입니다", "القاهرة 2024"])(
    "is null with the reason for %s, whose letters rouge_score does not know",
    async (text) => {
      for (const name of ["rouge_1", "rouge_2", "rouge_l"]) {
        const score = await scoreOf(name, { output: text, expected: [text] });
        expect(score).toEqual({ value: null, reason: expect.stringContaining("set tokenize to words") });
      }
      expect(await scoredValue("rouge_l", { output: text, expected: [text] }, { tokenize: "words" })).toBe(1);
    },
  );

  test("reads what it can: accents, single words of other scripts, and the other references", async () => {
    expect(await scoredValue("rouge_1", { output: "le café", expected: ["le café"] })).toBe(1);
    expect(
      await scoredValue("rouge_1", { output: "He read Война in May", expected: ["He read it in May"] }),
    ).toBeCloseTo(8 / 9, 12);
    expect(await scoredValue("rouge_1", { output: "Beijing", expected: ["北京", "Beijing"] })).toBe(1);
    expect(await scoredValue("rouge_1", { output: "北京", expected: ["北京", "Beijing"] })).toBeNull();
    expect(await scoredValue("rouge_1", { output: "北京", expected: ["Beijing"] })).toBe(0);
  });

  test("is null if neither text has a word", async () => {
    expect(await scoreOf("rouge_1", { output: "…", expected: ["!"] })).toEqual({
      value: null,
      reason: "neither text has a word that the tokenizer reads",
    });
  });
});

test.each(["f1", "rouge_1", "bleu", "chrf"])("%s is null for texts of many megabytes", async (name) => {
  const score = await scoreOf(name, { output: "ab ".repeat(900_000), expected: ["ab"] });
  expect(score).toEqual({
    value: null,
    reason: "output and references exceed 2,500,000 characters together: too long to be counted",
  });
});

describe("the time for a long output and very many short references grows with both together, not with their product", () => {
  const random = createRandom("references");
  const letters = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");
  const words = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 36 ** 3).toString(36)).join(" ");

  test.each([
    ["levenshtein", letters, 450_000, 450],
    ["chrf", letters, 450_000, 450],
    ["bleu", words, 110_000, 110],
    ["rouge_2", words, 110_000, 110],
    ["rouge_l", words, 110_000, 110],
  ] as const)("%s", async (name, made, output, reference) => {
    const growth = growthOf((size) => {
      const expected = Array.from({ length: size / reference }, () => made(reference));
      const sample = { output: made(size), expected };
      return () => scoreOf(name, sample);
    }, output);
    expect(await growth).toBeLessThan(GROWTH_MAX);
  });
});
