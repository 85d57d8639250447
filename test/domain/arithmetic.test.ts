import { describe, expect, test } from "bun:test";
import { askArithmetic, solveArithmetic } from "../../src/domain/arithmetic.ts";
import { GROWTH_MAX, growthOf } from "../support/timing/growth.ts";

describe("a sum in a text", () => {
  test("is solved in the form in which it is asked", () => {
    expect(askArithmetic(17, "addition", 25)).toBe("What is 17 + 25?");
    expect(solveArithmetic(askArithmetic(17, "addition", 25))).toBe(42);
    expect(solveArithmetic(askArithmetic(17, "subtraction", 25))).toBe(-8);
    expect(solveArithmetic(askArithmetic(17, "multiplication", 25))).toBe(425);
  });

  test("may have other signs, and stand in the middle of other text", () => {
    expect(solveArithmetic("Compute 6 * 7.")).toBe(42);
    expect(solveArithmetic("50 − 8")).toBe(42);
    expect(solveArithmetic("-6 × -7")).toBe(42);
    expect(solveArithmetic("Answer with a number.\n\nWhat is 40 + 2? Take your time.")).toBe(42);
  });

  test("is the last one, after worked examples", () => {
    expect(solveArithmetic("What is 1 + 1?\n2\n\nWhat is 40 + 2?")).toBe(42);
  });

  test("is not found in dates, ranges, decimals and names", () => {
    for (const text of [
      "on 2024-05-06",
      "pages 10-12",
      "1.5 + 2",
      "1 + 2.5",
      "1,000 + 2",
      "x1 + 2",
      "1 + 2x",
      "1 / 2",
      "1 +",
      "",
      "no sum",
    ]) {
      expect([text, solveArithmetic(text)]).toEqual([text, null]);
    }
  });

  test("has no answer if the result is too large for an exact number", () => {
    expect(solveArithmetic("999999999999999 + 1")).toBe(1_000_000_000_000_000);
    expect(solveArithmetic("999999999 × 999999999")).toBeNull();
    expect(solveArithmetic(`${"9".repeat(16)} + 1`)).toBeNull();
  });

  test.each(["1", "1 + ", "-"])("is found in time proportional to the text: %j", async (unit) => {
    const growth = growthOf((size) => {
      const text = unit.repeat(size / unit.length);
      return () => solveArithmetic(text);
    }, 1_000_000);
    expect(await growth).toBeLessThan(GROWTH_MAX);
  });
});
