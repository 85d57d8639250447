import { describe, expect, test } from "bun:test";
import { findBuiltin } from "../../../src/datasets/index.ts";
import type { Sample } from "../../../src/domain/dataset.ts";
import { refusal } from "../files.ts";

const samplesOf = (name: string): Sample[] => [...(findBuiltin(name)?.samples() ?? [])];
const refused = (name: string) => refusal(Promise.resolve().then(() => samplesOf(name)));

/** Computes the answer from the question independently. */
function answerTo(input: string): number {
  const [, left, sign, right] = /^What is (\d+) ([-+×]) (\d+)\?$/.exec(input) ?? [];
  const [first, second] = [Number(left), Number(right)];
  return sign === "+" ? first + second : sign === "-" ? first - second : first * second;
}

describe("the dataset arithmetic", () => {
  test("has a thousand sums by default, the three operations in turn, right answers", () => {
    const samples = samplesOf("arithmetic");
    expect(samples).toHaveLength(1000);
    expect(findBuiltin("arithmetic")?.dataset.size).toBe(1000);
    const counts = Object.groupBy(samples, ({ group }) => group ?? "none");
    expect(Object.entries(counts).map(([group, members]) => [group, members?.length])).toEqual([
      ["addition", 334],
      ["subtraction", 333],
      ["multiplication", 333],
    ]);
    for (const { input, expected } of samples)
      expect([input, expected]).toEqual([input, [String(answerTo(input))]]);
    expect(samples.slice(0, 3).map(({ id }) => id)).toEqual(["0", "1", "2"]);
  });

  test("has the signs of its groups, and no negative answers", () => {
    const signs = { addition: "+", subtraction: "-", multiplication: "×" };
    for (const { input, group, expected } of samplesOf("arithmetic?size=3000&seed=9")) {
      expect(input).toContain(` ${signs[group as keyof typeof signs]} `);
      expect(Number(expected?.[0])).toBeGreaterThanOrEqual(0);
    }
  });

  test("is the same for the same seed, another for another, and the beginning of a larger one", () => {
    const inputs = (name: string) => samplesOf(name).map(({ input }) => input);
    expect(inputs("arithmetic?size=50&seed=3")).toEqual(inputs("arithmetic?seed=3&size=50"));
    expect(inputs("arithmetic?size=50")).toEqual(inputs("arithmetic?seed=0&size=500").slice(0, 50));
    expect(inputs("arithmetic?size=50&seed=3")).not.toEqual(inputs("arithmetic?size=50&seed=4"));
  });

  test("has no question twice, however large", () => {
    const samples = samplesOf("arithmetic?size=100000");
    expect(new Set(samples.map(({ input }) => input)).size).toBe(100_000);
  });

  test("refuses settings that are out of range, unknown or given twice", async () => {
    for (const size of ["0", "100001", "-1", "1e3", "0x10", "1.5", "", "ten"]) {
      expect(await refused(`arithmetic?size=${size}`)).toMatchObject({
        field: "dataset",
        fault: "the setting 'size' must be a whole number from 1 to 100000",
        accepted: { minimum: 1, maximum: 100_000 },
      });
    }
    expect(await refused("arithmetic?seed=2147483648")).toMatchObject({
      accepted: { minimum: 0, maximum: 2_147_483_647 },
    });
    expect(await refused("arithmetic?sise=5")).toMatchObject({
      field: "dataset",
      suggestion: "size",
      accepted: ["size", "seed"],
    });
    expect(await refused("arithmetic?size=5&size=6")).toMatchObject({
      fault: "the setting 'size' is given twice",
    });
  });
});
