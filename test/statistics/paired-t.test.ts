import { describe, expect, test } from "bun:test";
import { pairedT } from "../../src/statistics/paired-t.ts";
import { equivalenceP } from "../../src/statistics/paired-test.ts";
import { expectClose } from "./expect-close.ts";
import equivalence from "./references/equivalence.json";
import reference from "./references/paired-t.json";

type Ends = [number, number];
type Case = [number[], number, number, Ends, number, Ends];
type Clustered = [number[], number[], number, number, number, Ends];

const testOf = (differences: number[], clusters?: number[]) => {
  const result = pairedT(Float64Array.from(differences), clusters && Uint32Array.from(clusters));
  if (!result) throw new Error("no test");
  return result;
};

function expectInterval(actual: readonly number[] | null, [lower, upper]: Ends): void {
  expectClose(actual?.[0], lower);
  expectClose(actual?.[1], upper);
}

describe("paired t", () => {
  test(`agrees with ${reference.source}`, () => {
    expect(reference.cases.length).toBeGreaterThan(50);
    for (const [differences, mean, p_value, ci95, r_p, r_ci95] of reference.cases as Case[]) {
      const result = testOf(differences);
      expectClose(result.difference, mean);
      expectClose(result.p_value, p_value);
      expectClose(result.p_value, r_p);
      expectInterval(result.ci95, ci95);
      expectInterval(result.ci95, r_ci95);
    }
  });

  test(`in clusters agrees with ${reference.clustered.source}`, () => {
    expect(reference.clustered.cases.length).toBeGreaterThan(50);
    for (const [differences, clusters, mean, stderr, p_value, ci95] of reference.clustered
      .cases as Clustered[]) {
      const result = testOf(differences, clusters);
      expectClose(result.difference, mean);
      expectClose(result.stderr, stderr);
      expectClose(result.p_value, p_value);
      expectInterval(result.ci95, ci95);
    }
  });

  test("is null for fewer than two independent differences", () => {
    expect(pairedT(Float64Array.of())).toBeNull();
    expect(pairedT(Float64Array.of(0.5))).toBeNull();
    expect(pairedT(Float64Array.of(0.5, 0.7), Uint32Array.of(3, 3))).toBeNull();
  });

  test("ten repeats of every difference do not lower p", () => {
    const once = [0.3, -0.1, 0.4, 0.2, 0.25, -0.05];
    const often = Array.from({ length: 10 }, () => once).flat();
    const clustered = testOf(
      often,
      often.map((_, index) => index % once.length),
    );
    expectClose(clustered.p_value, testOf(once).p_value, 1e-12);
    expect(testOf(often).p_value).toBeLessThan(clustered.p_value / 10);
  });

  test("is the sign test for equal differences: two prove nothing, twenty do", () => {
    expect(testOf([0.1, 0.1])).toMatchObject({ difference: 0.1, p_value: 0.5, ci95: null, independent: 2 });
    expect(testOf(new Array(20).fill(-0.1)).p_value).toBe(2 ** -19);
    expect(testOf([0, 0, 0])).toMatchObject({ difference: 0, p_value: 1, ci95: null });
    // Rounding alone is no spread.
    expect(testOf([0.3 - 0.1, 0.2, 0.4 - 0.2]).p_value).toBe(0.25);
  });
});

describe("equivalence", () => {
  test(`by paired t agrees with ${equivalence.source}`, () => {
    expect(equivalence.cases.length).toBeGreaterThan(50);
    for (const [differences, margin, p_value, r_p] of equivalence.cases as [
      number[],
      number,
      number,
      number,
    ][]) {
      const actual = equivalenceP(testOf(differences), margin);
      expectClose(actual, p_value);
      expectClose(actual, r_p);
    }
  });

  test("of equal differences needs as many as a sign test", () => {
    expect(equivalenceP(testOf([0, 0]), 0.1)).toBe(0.25);
    expect(equivalenceP(testOf([0, 0, 0, 0, 0]), 0.1)).toBeLessThan(0.05);
    expect(equivalenceP(testOf([0.2, 0.2, 0.2, 0.2, 0.2]), 0.1)).toBe(1);
  });

  test("needs a margin", () => {
    for (const margin of [0, -1, Number.NaN])
      expect(() => equivalenceP(testOf([1, 2]), margin)).toThrow(RangeError);
  });
});
