import { describe, expect, test } from "bun:test";
import { type BootstrapOptions, bootstrap } from "../../src/statistics/bootstrap.ts";
import { clusterSums } from "../../src/statistics/clusters.ts";
import { testOfResamples } from "../../src/statistics/paired-bootstrap.ts";
import type { PairedTest } from "../../src/statistics/paired-test.ts";
import { percentile } from "../../src/statistics/quantile.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/paired-bootstrap.json";

type Ends = [number, number];
type Case = [number[], number[] | null, number, number, number, number, Ends, number];

const of = (values: number[]): Float64Array => Float64Array.from(values);

const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

/** Tests the mean of differences in clusters, as corpus metrics are tested. */
async function testOfMean(
  differences: number[],
  clusters: number[] | null | undefined,
  options: BootstrapOptions,
): Promise<PairedTest> {
  const numbers = clusters ?? differences.map((_, index) => index);
  const { sums, sizes } = clusterSums(of(differences), Uint32Array.from(numbers));
  const mean = (rows: ArrayLike<number>) => {
    const drawn = Array.from(rows);
    return total(drawn.map((row) => sums[row]!)) / total(drawn.map((row) => sizes[row]!));
  };
  const ascending = await bootstrap(sums.length, mean, options);
  const difference = total(differences) / differences.length;
  return testOfResamples(ascending, { difference, independent: sums.length });
}

const testOf = (differences: number[], seed: number | string = 1) =>
  testOfMean(differences, undefined, { seed });

describe("the paired bootstrap", () => {
  test(`agrees with ${reference.source}`, async () => {
    expect(reference.cases.length).toBeGreaterThan(50);
    for (const [
      differences,
      clusters,
      seed,
      resamples,
      mean,
      stderr,
      ci95,
      p_value,
    ] of reference.cases as Case[]) {
      const result = await testOfMean(differences, clusters, { seed, resamples });
      expectClose(result.difference, mean);
      expectClose(result.stderr, stderr);
      expectClose(result.ci95?.[0], ci95[0]);
      expectClose(result.ci95?.[1], ci95[1]);
      expectClose(result.p_value, p_value);
    }
  });

  test(`agrees within the error of resampling with ${reference.statistical.source}`, async () => {
    for (const [differences, ci95, stderr] of reference.statistical.cases as [number[], Ends, number][]) {
      const result = await testOf(differences);
      expect(Math.abs(result.stderr / stderr - 1)).toBeLessThan(0.03);
      for (const end of [0, 1] as const)
        expect(Math.abs((result.ci95?.[end] ?? Infinity) - ci95[end])).toBeLessThan(0.08 * stderr);
    }
  });

  test("depends on the seed alone", async () => {
    const differences = Array.from({ length: 50 }, (_, index) => ((index * 37) % 11) - 4.5);
    const [one, again, other] = [
      await testOf(differences, "seed"),
      await testOf(differences, "seed"),
      await testOf(differences, "another"),
    ];
    expect(again.ci95).toEqual(one.ci95);
    expect(other.ci95).not.toEqual(one.ci95);
  });

  test("has a large p for few clusters", async () => {
    expect((await testOf([1, 2])).p_value).toBe(0.5);
    expect((await testOf([1, 2, 3, 4])).p_value).toBe(0.125);
    expect((await testOf([0, 0, 0])).p_value).toBe(1);
  });

  test("has a p below 1 / resamples far from 0, so that Holm can still find the difference", async () => {
    const differences = Array.from({ length: 200 }, (_, index) => 5 + (index % 7));
    expect((await testOf(differences)).p_value).toBeLessThan(1e-20);
  });
});

describe("the bootstrap of any statistic", () => {
  test("gives its values in ascending order: here of a median", async () => {
    const values = of([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const median = (rows: Uint32Array) =>
      percentile(Float64Array.from(rows, (row) => values[row]!).sort(), 50) ?? Number.NaN;
    const resampled = await bootstrap(9, median, { seed: 3, resamples: 2_000 });
    expect(resampled).toEqual(resampled.toSorted());
    expect(percentile(resampled, 50)).toBe(5);
    const share = resampled.filter((value) => value === 5).length / resampled.length;
    expect(Math.abs(share - exactShareOfMiddle())).toBeLessThan(0.03);
  });

  test("yields to the event loop while it draws from a million rows", async () => {
    let ticks = 0;
    const watch = setInterval(() => ticks++, 1);
    await bootstrap(1_000_000, (rows) => rows[0]!, { seed: 1, resamples: 20 });
    clearInterval(watch);
    // In one piece there would be none.
    expect(ticks).toBeGreaterThan(5);
  });
});

/** P(the fifth smallest of nine draws from 1..9 is 5). */
function exactShareOfMiddle(): number {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  const atLeastFive = (share: number): number =>
    [5, 6, 7, 8, 9].reduce((sum, k) => sum + choose(9, k) * share ** k * (1 - share) ** (9 - k), 0);
  return atLeastFive(5 / 9) - atLeastFive(4 / 9);
}
