import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../src/base/random.ts";
import { bagOf, cosine, sharedSize } from "../../../src/metrics/text/bag.ts";
import { squadTokens } from "../../../src/metrics/text/normalize.ts";
import { contentSentencesOf, contentWordsOf, squadWordsOf } from "../../../src/metrics/text/words.ts";

describe("squadWordsOf", () => {
  test("of printable ASCII are SQuAD's tokens", () => {
    const random = createRandom(11);
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: 40 }, () => String.fromCharCode(32 + Math.floor(random() * 95))).join(
        "",
      );
      expect(squadWordsOf(text)).toEqual(squadTokens(text));
    }
  });

  test("of other scripts are words, without their punctuation", () => {
    expect(squadWordsOf("東京は日本の首都です。")).toEqual(["東京", "は", "日本", "の", "首都", "です"]);
    expect(squadWordsOf("“Quoted” — the café 🎉")).toEqual(["quoted", "café"]);
    expect(squadWordsOf("สวัสดีชาวโลก").length).toBeGreaterThan(1);
  });
});

describe("contentWordsOf", () => {
  test("leaves function words out", () => {
    expect(contentWordsOf("What is the capital of France, and why isn't it Lyon?")).toEqual([
      "capital",
      "france",
      "lyon",
    ]);
    expect(contentWordsOf("I'm sure they’ve gone")).toEqual(["sure", "gone"]);
  });

  test("separates at hyphens and slashes but not in numbers or contractions", () => {
    expect(contentWordsOf("well-known and/or 3.14 o'clock")).toEqual(["well", "known", "3.14", "o'clock"]);
  });

  test("reads a possessive as the word itself", () => {
    expect(contentWordsOf("Anna's cats’ toys, it's")).toEqual(["anna", "cats", "toys"]);
  });
});

describe("contentSentencesOf", () => {
  test("ends sentences at stops and lines, in any script", () => {
    expect(contentSentencesOf("Cats purr. Dogs bark! Birds?\nFish\n\n")).toEqual([
      ["cats", "purr"],
      ["dogs", "bark"],
      ["birds"],
      ["fish"],
    ]);
    expect(contentSentencesOf("東京は首都です。大阪は違う。").map(([first]) => first)).toEqual([
      "東京",
      "大阪",
    ]);
  });

  test("does not end them at decimal points or before a small letter", () => {
    expect(contentSentencesOf("Rods 3.5 m long, e.g. steel")).toEqual([
      ["rods", "3.5", "m", "long", "e.g", "steel"],
    ]);
  });

  test("keeps every content word, in order", () => {
    const text = "Anna’s cats purr. İzmir lies west!\n\nＡ 👩‍👩‍👧 cafe\u0301? สวัสดีชาวโลก. 東京。";
    expect(contentSentencesOf(text).flat()).toEqual(contentWordsOf(text));
  });

  test("leaves out sentences without content words", () => {
    expect(contentSentencesOf("It is so. Cats purr. … And?")).toEqual([["cats", "purr"]]);
    expect(contentSentencesOf(" \n\n ")).toEqual([]);
  });
});

describe("bags of words", () => {
  test("count words", () => {
    const bag = bagOf(["red", "blue", "red"]);
    expect(bag.size).toBe(3);
    expect([...bag.counts]).toEqual([
      ["red", 2],
      ["blue", 1],
    ]);
  });

  test("accept words named like a property of every object", () => {
    expect(sharedSize(bagOf(["constructor", "__proto__"]), bagOf(["__proto__"]))).toBe(1);
    expect(sharedSize(bagOf(["toString"]), bagOf(["red"]))).toBe(0);
  });

  test("share a word as often as both have it", () => {
    expect(sharedSize(bagOf(["red", "red", "blue"]), bagOf(["red", "red", "red"]))).toBe(2);
  });

  test("have the cosine of their count vectors", () => {
    // (2, 1, 0) and (1, 0, 2): 2 / √(5 · 5); (1, 2, 3) and (2, 4, 6) are parallel.
    expect(cosine(bagOf(["red", "red", "blue"]), bagOf(["red", "pear", "pear"]))).toBeCloseTo(0.4, 12);
    const single = ["red", "blue", "blue", "pear", "pear", "pear"];
    expect(cosine(bagOf(single), bagOf([...single, ...single]))).toBeCloseTo(1, 12);
    expect(cosine(bagOf(single), bagOf([]))).toBe(0);
  });
});
