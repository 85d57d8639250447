import { expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

const valueFor = (output: string, params: Record<string, unknown>) =>
  scoredValue("regex", { output }, params);

test("matches anywhere unless anchored to the ends", async () => {
  expect(await valueFor("The answer is 42.", { pattern: "\\d+" })).toBe(1);
  expect(await valueFor("The answer is 42.", { pattern: "^\\d+$" })).toBe(0);
  expect(await valueFor("東京", { pattern: "^\\p{Han}{2}$" })).toBe(1);
});

test("takes flags by name", async () => {
  expect(await valueFor("YES", { pattern: "yes" })).toBe(0);
  expect(await valueFor("YES", { pattern: "yes", ignore_case: true })).toBe(1);
  expect(await valueFor("a\nb", { pattern: "^b$" })).toBe(0);
  expect(await valueFor("a\nb", { pattern: "^b$", multiline: true })).toBe(1);
  expect(await valueFor("a\nb", { pattern: "a.b" })).toBe(0);
  expect(await valueFor("a\nb", { pattern: "a.b", dot_all: true })).toBe(1);
});

test("takes no exponential time for a pattern that hangs JavaScript's engine", async () => {
  expect(await valueFor(`${"a".repeat(50_000)}!`, { pattern: "^(a+)+$" })).toBe(0);
});

test("is null where text and pattern together are too large", async () => {
  const score = await scoreOf("regex", { output: "a ".repeat(100_000) }, { pattern: "(a?){500}[bz]{500}" });
  expect(score).toEqual({ value: null, reason: "the output is too long for a pattern of this size" });
});
