import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("length", () => {
  const valueFor = (output: string, params: Record<string, unknown>) =>
    scoredValue("length", { output }, params);

  test("counts words of any script, and characters", async () => {
    expect(await scoreOf("length", { output: "Don't count 3.5 twice." }, { max: 4 })).toEqual({
      value: 1,
      explanation: "4 words",
    });
    expect(await valueFor("one two three", { max: 2 })).toBe(0);
    expect(await valueFor("one two three", { min: 3, max: 3 })).toBe(1);
    expect(await scoreOf("length", { output: "東京は首都です" }, { min: 1 })).toMatchObject({ value: 1 });
    expect(await valueFor(" 👍🏽 ", { unit: "characters", min: 2, max: 2 })).toBe(1);
    expect(await valueFor("", { min: 1 })).toBe(0);
  });
});
