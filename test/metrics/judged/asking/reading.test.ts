import { describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { objectsIn, readReply, Unusable } from "../../../../src/metrics/judged/asking/reading.ts";
import { wordOf } from "../../../../src/metrics/judged/asking/verdicts.ts";
import { GROWTH_MAX, growthOf } from "../../../support/timing/growth.ts";

const FORM = Type.Object({ words: Type.Array(Type.String()), score: Type.Optional(Type.Number()) });

describe("the objects in a text", () => {
  test.each([
    ["", []],
    ["none", []],
    ["{}", ["{}"]],
    ['a {"b": 1} c {"d": {"e": 2}} f', ['{"b": 1}', '{"d": {"e": 2}}']],
    ['{"a": "}"}', ['{"a": "}"}']],
    ['{"a": "\\"}"}', ['{"a": "\\"}"}']],
    ['} "quoted" } prose {"a": 1}', ['{"a": 1}']],
    // An open bracket and a lone quote hide the object after them: the judge is asked again, and nothing is
    // guessed.
    ['a { and a " before {"a": 1}', []],
    ["use { to open. {a: 1}", ["{a: 1}"]],
    ['{"a": [{"b": 1}, {"c"', ['{"b": 1}']],
    ['{"a": "never closed}', []],
  ])("%j has %j", (text, objects) => {
    expect(objectsIn(text)).toEqual(objects);
  });

  test.each(["{", "}", '{"', '"', "{}", '{"a":', "{'a", "\\", '{"\\'])(
    "are found in time proportional to a text of half a million characters of %j",
    async (unit) => {
      const growth = growthOf((size) => {
        const text = unit.repeat(Math.floor(size / unit.length));
        return () => expect(() => readReply(text, FORM)).toThrow(Unusable);
      }, 500_000);
      expect(await growth).toBeLessThan(GROWTH_MAX);
    },
  );
});

describe("a reply", () => {
  test.each([
    ['{"words":["a"]}', { words: ["a"] }],
    ['{"words":[]}', { words: [] }],
    ['{"words":[1,true],"score":" 2.5 "}', { words: ["1", "true"], score: 2.5 }],
    ['{"words":["a"],"score":null,"more":{"__proto__":{"words":["b"]}}}', { words: ["a"] }],
    ["{words: ['it\\'s',], /* so */ score: +1}", { words: ["it's"], score: 1 }],
    ['{"a":1} {"words":["a"]} {"b":2}', { words: ["a"] }],
  ])("%j is read", (text, reply) => {
    expect(readReply(text, FORM)).toEqual(reply);
  });

  test.each([
    ["{}", "words is required"],
    ['{"words":"a"}', "words"],
    ['{"words":[null]}', "words.0"],
    ['{"words":[["a"]]}', "words.0"],
    ['{"words":[],"score":"4/5"}', "score"],
    ["{words: [], score: NaN}", "score"],
    ["{words: [], score: Infinity}", "score"],
    ['["a"]', "it holds no whole JSON object"],
    ['{"__proto__":{"words":["a"]}}', "words is required"],
    [`{"words":[${"[".repeat(100_000)}${"]".repeat(100_000)}]}`, "words.0"],
    [`${'{"a":'.repeat(90_000)}1${"}".repeat(90_000)}`, ""],
  ])("%.60j is not", (text, fault) => {
    expect(() => readReply(text, FORM)).toThrow(Unusable);
    expect(() => readReply(text, FORM)).toThrow(fault);
  });
});

describe("a word", () => {
  test.each(["yes", " YES. ", '"yes"', "(yes)", "1", "true", "Yes!"])("%j means yes", (reply) => {
    expect(wordOf(reply, ["yes", "no"])).toBe("yes");
  });

  test.each(["", "yes and no", "yess", "2", "constructor", "__proto__"])("%j means nothing", (said) => {
    expect(() => wordOf(said, ["yes", "no"])).toThrow(Unusable);
  });

  test("after very many spaces means nothing, which is found in time proportional to their number", async () => {
    const growth = growthOf((size) => {
      const said = `${" ".repeat(size)}yes`;
      return () => expect(() => wordOf(said, ["yes", "no"])).toThrow(Unusable);
    }, 400_000);
    expect(await growth).toBeLessThan(GROWTH_MAX);
  });
});
