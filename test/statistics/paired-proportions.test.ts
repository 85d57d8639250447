import { describe, expect, test } from "bun:test";
import { mcNemar } from "../../src/statistics/mcnemar.ts";
import { tangoInterval, tangoStatistic, tangoTails } from "../../src/statistics/paired-proportions.ts";
import { equivalenceP } from "../../src/statistics/paired-test.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/paired-proportions.json";

type Case = [number, number, number, number, number, [number, number]];

describe("the difference of paired proportions", () => {
  test(`agrees with ${reference.source}`, () => {
    expect(reference.cases.length).toBeGreaterThan(50);
    for (const [pairs, onlyFirst, onlySecond, difference, statistic, ci95] of reference.cases as Case[]) {
      const counts = { pairs, onlyFirst, onlySecond };
      expectClose(tangoStatistic(counts, difference), statistic);
      const [lower, upper] = tangoInterval(counts);
      expectClose(lower, ci95[0]);
      expectClose(upper, ci95[1]);
    }
  });

  test("has the figures published for complete response before and after a therapy", () => {
    // Cavo et al. 2012, as the tests of R's contingencytables have it: 161 patients, 6 and 16 discordant pairs.
    const [lower, upper] = tangoInterval({ pairs: 161, onlyFirst: 6, onlySecond: 16 });
    expect([lower.toFixed(4), upper.toFixed(4)]).toEqual(["-0.1240", "-0.0054"]);
    expect(mcNemar(6, 16).p_midp.toFixed(6)).toBe("0.034690");
  });

  test("at 0 is McNemar's z", () => {
    expectClose(tangoStatistic({ pairs: 200, onlyFirst: 30, onlySecond: 12 }, 0), 18 / Math.sqrt(42), 1e-12);
  });

  test("without discordant pairs has an interval that narrows with the number of pairs", () => {
    // z² / (n + z²), as Wilson's upper end at no success.
    const z2 = 1.959963984540054 ** 2;
    for (const pairs of [1, 10, 1000]) {
      const [lower, upper] = tangoInterval({ pairs, onlyFirst: 0, onlySecond: 0 });
      expectClose(upper, z2 / (pairs + z2), 1e-12);
      expectClose(lower, -z2 / (pairs + z2), 1e-12);
    }
  });

  test("changes only its sign if the sides are swapped", () => {
    const [lower, upper] = tangoInterval({ pairs: 90, onlyFirst: 20, onlySecond: 4 });
    const turned = tangoInterval({ pairs: 90, onlyFirst: 4, onlySecond: 20 });
    expectClose(lower, -turned[1], 1e-12);
    expectClose(upper, -turned[0], 1e-12);
  });

  test("is equivalent only with enough pairs, even if all answers agree", () => {
    const p = (pairs: number, [onlyFirst, onlySecond] = [0, 0], margin = 0.05) =>
      equivalenceP(tangoTails({ pairs, onlyFirst, onlySecond }), margin);
    expect(p(2)).toBeGreaterThan(0.3);
    expect(p(40)).toBeGreaterThan(0.05);
    expect(p(100)).toBeLessThan(0.05);
    expect(p(100, [10, 10])).toBeGreaterThan(0.05);
    expect(p(1000, [50, 50])).toBeLessThan(0.05);
    expect(p(1000, [150, 50])).toBeGreaterThan(0.5);
    expect(p(10, [3, 1], 2)).toBe(0);
  });
});
