import { describe, expect, test } from "bun:test";
import { Unusable } from "../../../../src/metrics/judged/asking/reading.ts";
import { FIRST_AND_SECOND, wordOf } from "../../../../src/metrics/judged/asking/words.ts";

const YES_OR_NO = ["yes", "no"];

describe("a verdict", () => {
  test.each([
    ...' YES. |"yes"|(yes)|1|true|Yes!|True|**Yes**|✅|✔️|\u200byes|ＹＥＳ|y'.split("|"),
    ..."Oui|ja|sí|SI|sim|да|Так|tak|ano|evet|ναι|نعم|כן|हाँ|ya|có|ใช่|是|是的。|はい|예|네|kyllä|igen".split(
      "|",
    ),
  ])("%j means yes", (reply) => {
    expect(wordOf(reply, YES_OR_NO)).toBe("yes");
  });

  test.each([
    ..."No.|0|0.0|False|'no'|_no_|❌|n".split("|"),
    ..."non|Nein|nee|nej|não|нет|ні|nie|hayır|όχι|لا|לא|नहीं|tidak|không|ไม่ใช่|否|不是|いいえ|아니오|아니요|ei|nem".split(
      "|",
    ),
  ])("%j means no", (reply) => {
    expect(wordOf(reply, YES_OR_NO)).toBe("no");
  });

  test.each([
    ["Yes, the context says so.", "yes"],
    ["No - nothing of it is there", "no"],
    ["No, no violation was found", "no"],
    ["**True**: it follows", "yes"],
  ])("%j is read without its reason", (reply, word) => {
    expect(wordOf(reply, YES_OR_NO)).toBe(word);
  });

  test.each(["Yes, but only partly", "no: yes, it does", "Yes, mostly", "No, unless it rains", "yes or no"])(
    "%j hedges, and means nothing",
    (reply) => {
      expect(() => wordOf(reply, YES_OR_NO)).toThrow(Unusable);
    },
  );

  test.each(["", "yes and no", "yess", "2", "null", "partially", "oui et non", "constructor", "__proto__"])(
    "%j means nothing",
    (reply) => {
      expect(() => wordOf(reply, YES_OR_NO)).toThrow(Unusable);
    },
  );

  test("behind many blanks means nothing, and is not searched for", () => {
    expect(() => wordOf(`${" ".repeat(400_000)}yes`, YES_OR_NO)).toThrow(Unusable);
  });

  test("that is unsure counts only where that is a verdict", () => {
    expect(wordOf("I don't know", ["yes", "no", "idk"])).toBe("idk");
    expect(() => wordOf("unclear", YES_OR_NO)).toThrow(Unusable);
  });
});

test.each([
  ["First", "first"],
  ["2", "second"],
  ["Answer A", "first"],
  ["zweite", "second"],
  ["第一", "first"],
  ["draw", "tie"],
])("the winner %j is %s", (reply, word) => {
  expect(wordOf(reply, ["first", "second", "tie"], FIRST_AND_SECOND)).toBe(word);
});
