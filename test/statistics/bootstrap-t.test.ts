import { describe, expect, test } from "bun:test";
import { createRandom } from "../../src/base/random.ts";
import { bootstrapT, skewedMeanInterval } from "../../src/statistics/bootstrap-t.ts";
import { pairedT } from "../../src/statistics/paired-t.ts";
import { stderrOfP } from "../../src/statistics/paired-test.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/bootstrap-t.json";

type Ends = [number, number];
type Case = [number[], number[] | null, number, number, number, number, Ends, number, number, number];

const of = (values: number[]): Float64Array => Float64Array.from(values);
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe("the bootstrap-t", () => {
  test(`agrees with ${reference.source}`, () => {
    expect(reference.cases.length).toBeGreaterThanOrEqual(60);
    for (const [
      values,
      clusters,
      seed,
      resamples,
      mean,
      stderr,
      ci95,
      p_value,
      above,
      below,
    ] of reference.cases as Case[]) {
      const own = clusters ? Uint32Array.from(clusters) : undefined;
      const result = bootstrapT(of(values), own, { seed, resamples })!;
      expectClose(result.difference, mean);
      expectClose(result.stderr, stderr);
      expectClose(result.ci95?.[0], ci95[0]);
      expectClose(result.ci95?.[1], ci95[1]);
      expectClose(result.p_value, p_value);
      expectClose(result.p_above(-0.3), above);
      expectClose(result.p_below(0.3), below);
    }
  });

  test("says the same from either side", () => {
    const random = createRandom("sides");
    const there = Float64Array.from({ length: 40 }, () => -Math.log(1 - random()) - 0.6);
    const [one, other] = [there, there.map((value) => -value)].map(
      (values) => bootstrapT(values, undefined, { seed: 3 })!,
    );
    expect(other!.p_value).toBe(one!.p_value);
    expectClose(other!.ci95?.[0], -one!.ci95![1], 1e-12);
    expect(other!.p_below(0.2)).toBe(one!.p_above(-0.2));
  });

  test("has an interval that excludes 0 exactly if p is below 0.05", () => {
    const random = createRandom("bounds");
    for (let draw = 0; draw < 300; draw++) {
      const shift = 0.5 * random();
      const values = Float64Array.from(
        { length: 12 + (draw % 20) },
        () => Math.exp(normal(random)) - 1 - shift,
      );
      const { ci95, p_value } = bootstrapT(values, undefined, { seed: draw, resamples: 1_000 })!;
      const [low, high] = ci95!;
      expect({ draw, p_value, outside: low > 0 || high < 0 }).toMatchObject({ outside: p_value < 0.05 });
    }
  });

  test("is never surer than Student's t", () => {
    const random = createRandom("surer");
    for (let draw = 0; draw < 200; draw++) {
      const values = Float64Array.from({ length: 8 + (draw % 30) }, () => normal(random) + 0.4);
      const [student, result] = [
        pairedT(values)!,
        bootstrapT(values, undefined, { seed: 1, resamples: 500 })!,
      ];
      expect(result.p_value).toBeGreaterThanOrEqual(student.p_value);
      expect(result.ci95![0]).toBeLessThanOrEqual(student.ci95![0]);
      expect(result.ci95![1]).toBeGreaterThanOrEqual(student.ci95![1]);
      expect(stderrOfP(result)).toBeGreaterThanOrEqual(student.stderr);
    }
  });

  test("is Student's t for fewer than 8 values, for over 1,000, and for equal ones", () => {
    const random = createRandom("sizes");
    for (const values of [of([1, 2, 3, 4, 5, 7, 9]), Float64Array.from({ length: 1_001 }, random)]) {
      const { ci95, p_value } = bootstrapT(values, undefined, { seed: 1 })!;
      expect({ ci95, p_value }).toEqual({ ci95: pairedT(values)!.ci95, p_value: pairedT(values)!.p_value });
    }
    const equal = new Float64Array(20).fill(0.3);
    expect(bootstrapT(equal, undefined, { seed: 1 })).toMatchObject({ ci95: null, p_value: 2 ** -19 });
    expect(skewedMeanInterval(equal)).toEqual([0.3, 0.3]);
    expect(skewedMeanInterval(of([1]))).toBeNull();
    expect(bootstrapT(of([]), undefined, { seed: 1 })).toBeNull();
  });

  test("has finite figures if nearly all values are equal", () => {
    const values = new Float64Array(30);
    values[7] = 1;
    const { ci95, p_value, p_above } = bootstrapT(values, undefined, { seed: 1 })!;
    for (const figure of [...ci95!, p_value, p_above(-0.5), p_above(0.5)])
      expect(Number.isFinite(figure)).toBe(true);
    expect(p_value).toBeGreaterThan(0.3);
  });

  test("has a p far below 1 / resamples far from 0, so that Holm can still find the difference", () => {
    const values = Float64Array.from({ length: 200 }, (_, index) => 5 + (index % 7));
    expect(bootstrapT(values, undefined, { seed: 1 })!.p_value).toBeLessThan(1e-20);
  });
});
