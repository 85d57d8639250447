import { describe, expect, test } from "bun:test";
import { bagOf, sharedSize } from "../../../src/metrics/text/bag.ts";
import { isUnsplit, splitUnspaced } from "../../../src/metrics/text/scripts.ts";
import { wordsOf } from "../../../src/metrics/text/words.ts";

describe("words", () => {
  test("are runs of letters, marks, digits and underscores in lower case", () => {
    expect(wordsOf("Anna's well-known café (3.14), e\u0301t snake_case")).toEqual(
      "anna s well known café 3 14 ét snake_case".split(" "),
    );
    expect(wordsOf(" … 🎉 — ")).toEqual([]);
    expect(wordsOf("जापान स्तब्ध छ")).toEqual(["जापान", "स्तब्ध", "छ"]);
  });

  test("of scripts without spaces are told apart", () => {
    expect(wordsOf("東京は日本の首都です。")).toEqual(["東京", "は", "日本", "の", "首都", "です"]);
    expect(wordsOf("สวัสดีชาวโลก").length).toBeGreaterThan(1);
  });
});

describe("a word with scripts that have no spaces", () => {
  test.each([
    ["Paris", ["Paris"]],
    ["北京是首都", ["北", "京", "是", "首", "都"]],
    ["「ローマ」", ["ロ", "ー", "マ"]],
    ["iPhone由Apple开发。", ["iPhone", "由", "Apple", "开", "发"]],
    ["서울은", ["서울은"]],
  ])("%s is split into %j", (word, pieces) => {
    expect(splitUnspaced(word)).toEqual(pieces);
  });

  test("of Thai is split into the words of a dictionary", () => {
    expect(splitUnspaced("กรุงเทพเป็นเมืองหลวง")).toEqual(expect.arrayContaining(["เป็น"]));
  });
});

test("a text whose spaces do not separate its words is recognised", () => {
  expect(isUnsplit("iPhone由Apple公司开发")).toBe(true);
  expect(isUnsplit("กรุงเทพเป็นเมืองหลวง")).toBe(true);
  expect(isUnsplit("东京 是 日本 的 首都")).toBe(false);
  expect(isUnsplit("東京")).toBe(false);
  expect(isUnsplit("The word 北京大学 means Peking University, a school")).toBe(false);
  for (const text of ["", "…", "Привет мир", "जापान", "서울은 수도입니다"])
    expect(isUnsplit(text)).toBe(false);
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
});
