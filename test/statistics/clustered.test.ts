import { describe, expect, test } from "bun:test";
import { clusteredWilsonInterval, studentTInterval, wilsonInterval } from "../../src/statistics/interval.ts";
import { estimateMean } from "../../src/statistics/mean.ts";
import { expectClose } from "./expect-close.ts";
import clustered from "./references/clustered.json";

type Case = [number[], number[], number, number, [number, number]];
const CASES = clustered.cases as Case[];

const estimateOf = (values: number[], clusters?: number[]) => {
  const estimate = estimateMean(Float64Array.from(values), clusters && Uint32Array.from(clusters));
  if (!estimate) throw new Error("no estimate");
  return estimate;
};

describe("values in clusters", () => {
  test(`mean, standard error and interval agree with ${clustered.source}`, () => {
    for (const [values, clusters, value, stderr, [lower, upper]] of CASES) {
      const estimate = estimateOf(values, clusters);
      expectClose(estimate.value, value);
      expectClose(estimate.stderr, stderr);
      const interval = studentTInterval(estimate);
      expectClose(interval?.[0], lower);
      expectClose(interval?.[1], upper);
    }
  });

  test("count as independent if each is its own cluster", () => {
    const values = [1, 0, 0, 1, 1, 1, 0, 1];
    const estimate = estimateOf(values, [7, 6, 5, 4, 3, 2, 1, 0]);
    expectClose(estimate.stderr, estimateOf(values).stderr ?? Number.NaN, 1e-12);
    const interval = clusteredWilsonInterval(estimate, values.length);
    const plain = wilsonInterval(5, 8);
    expectClose(interval?.[0], plain?.[0] ?? Number.NaN, 1e-12);
    expectClose(interval?.[1], plain?.[1] ?? Number.NaN, 1e-12);
  });

  test("ten repeats of every answer do not narrow the interval", () => {
    const once = [1, 0, 1, 1, 0, 1, 0, 1, 1, 1];
    const often = Array.from({ length: 10 }, () => once).flat();
    const clusters = often.map((_, index) => index % once.length);
    const estimate = estimateOf(often, clusters);
    expectClose(estimate.stderr, estimateOf(once).stderr ?? Number.NaN, 1e-12);
    const plain = wilsonInterval(7, 10);
    const interval = clusteredWilsonInterval(estimate, often.length);
    expectClose(interval?.[0], plain?.[0] ?? Number.NaN, 1e-12);
    expectClose(interval?.[1], plain?.[1] ?? Number.NaN, 1e-12);
    expect(wilsonInterval(70, 100)?.[0]).toBeGreaterThan(interval?.[0] ?? 1);
  });

  test("that are all equal count as often as there are clusters", () => {
    const estimate = estimateOf([1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]);
    expect(estimate).toMatchObject({ value: 1, stderr: 0, independent: 2 });
    expect(clusteredWilsonInterval(estimate, 6)).toEqual(wilsonInterval(2, 2));
  });

  test("of a single cluster have no standard error, and the interval of one trial", () => {
    const estimate = estimateOf([1, 1, 1], [4, 4, 4]);
    expect(estimate).toMatchObject({ value: 1, stderr: null, independent: 1 });
    expect(clusteredWilsonInterval(estimate, 3)).toEqual(wilsonInterval(1, 1));
  });

  test("may have any numbers", () => {
    const values = [0.5, 0.25, 1, 0, 0.75];
    const [small, large] = [
      [0, 1, 0, 2, 1],
      [4_000_000_000, 7, 4_000_000_000, 123_456, 7],
    ];
    expect(estimateOf(values, large)).toEqual(estimateOf(values, small));
  });
});
