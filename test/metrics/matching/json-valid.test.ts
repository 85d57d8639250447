import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("json_valid", () => {
  test("is one JSON value and nothing else", async () => {
    expect(await scoredValue("json_valid", { output: ' {"a": [1, null]}\n' })).toBe(1);
    expect(await scoredValue("json_valid", { output: "42" })).toBe(1);
    for (const output of ["", "{'a': 1}", '{"a": 1,}', '{"a":1} {"b":2}', "NaN", "Sure: {}", "undefined"])
      expect([output, await scoredValue("json_valid", { output })]).toEqual([output, 0]);
  });

  test("explains the fault", async () => {
    expect(await scoreOf("json_valid", { output: "{" })).toMatchObject({ explanation: expect.any(String) });
  });

  test("accepts a code fence if `fenced` is set", async () => {
    const output = 'Here you are:\n```json\n{"a": 1}\n```\nDone.';
    expect(await scoredValue("json_valid", { output })).toBe(0);
    expect(await scoredValue("json_valid", { output }, { fenced: true })).toBe(1);
    expect(await scoredValue("json_valid", { output: '```\n{"a": 1}' }, { fenced: true })).toBe(1);
    expect(await scoredValue("json_valid", { output: "[]" }, { fenced: true })).toBe(1);
  });
});
