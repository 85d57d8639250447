import { describe, expect, test } from "bun:test";
import { metricOf, sampleOf, scoredValue, scoreOf } from "../sample.ts";

const equal = (answer: string, expected: string, params?: Record<string, unknown>) =>
  scoredValue("math_equal", { answer, expected: [expected] }, params);

describe("math_equal", () => {
  test("is 1 for the same value, however it is spelled", async () => {
    expect(await equal("\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt{3}}")).toBe(1);
    expect(await equal("2\\sin x\\cos x", "\\sin 2x")).toBe(1);
    expect(await equal("0.5", "\\frac12")).toBe(1);
    expect(await equal("-\\frac{24}{25}", "\\frac{24}{25}")).toBe(0);
    expect(await equal("3x+1", "3(x+1)")).toBe(0);
  });

  test("any of the references will do", async () => {
    const expected = ["x^2+1", "(x+1)^2"];
    expect(await scoredValue("math_equal", { answer: "x^2+2x+1", expected })).toBe(1);
    expect(await scoredValue("math_equal", { answer: "x^2-2x+1", expected })).toBe(0);
  });

  test("compares lists in their order, or in any on request", async () => {
    expect(await equal("4, -4", "-4, 4")).toBe(0);
    expect(await equal("4, -4", "-4, 4", { unordered: true })).toBe(1);
    expect(await equal("\\sqrt{8}, 1", "1, 2\\sqrt2", { unordered: true })).toBe(1);
    expect(await equal("(4, -4)", "(-4, 4)", { unordered: true })).toBe(0);
  });

  test("says why it cannot tell, and counts that as wrong", async () => {
    const score = await scoreOf("math_equal", { answer: "9^{9^{9^9}}", expected: ["x+9"] });
    const note = "algebra: a formula is too large to be computed";
    expect(score).toEqual({ value: 0, explanation: note, note });
  });

  test("an output without an answer is wrong; a multiple-choice sample is not scored", async () => {
    expect(await scoredValue("math_equal", { answer: null, expected: ["4"] })).toBe(0);
    const choice = await scoreOf("math_equal", { answer: "B", expected: ["B"], choices: ["1", "2"] });
    expect(choice.value).toBeNull();
    expect((await scoreOf("math_equal", { answer: "4" })).value).toBeNull();
  });

  test("the event loop runs while formulas are compared", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const { score } = metricOf("math_equal");
    // A formula that takes the library far longer than its limit.
    const found = await score(sampleOf({ answer: "((x^{999})^{999})^{999}", expected: ["x+1"] }));
    clearInterval(timer);
    expect(found).toMatchObject({ value: 0, note: "algebra: the comparison took longer than 2 s" });
    expect(ticks).toBeGreaterThan(100);
    expect(await equal("x+1", "1+x")).toBe(1);
  }, 60_000);
});
