import { expect, test } from "bun:test";
import { binomialPmf } from "../../src/statistics/binomial.ts";
import { mcNemar } from "../../src/statistics/mcnemar.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/mcnemar.json";

type Case = [number, number, number, number, number | null, number, number];

test(`McNemar's three tests agree with ${reference.source}`, () => {
  expect(reference.cases.length).toBeGreaterThan(50);
  for (const [first, second, exact, midp, corrected, r_exact, r_corrected] of reference.cases as Case[]) {
    const { p_exact, p_midp, p_corrected } = mcNemar(first, second);
    expectClose(p_exact, exact);
    expectClose(p_exact, r_exact);
    expectClose(p_midp, midp);
    if (corrected !== null) expectClose(p_corrected, corrected);
    expectClose(p_corrected, r_corrected);
  }
});

test("without discordant pairs, or with equally many of both kinds, every p is 1", () => {
  for (const count of [0, 1, 40]) {
    expect(mcNemar(count, count)).toEqual({ p_midp: 1, p_exact: 1, p_corrected: 1 });
  }
});

test("is the same from either side; mid-p lies below exact", () => {
  expect(mcNemar(12, 30)).toEqual(mcNemar(30, 12));
  for (let first = 0; first < 40; first++) {
    const { p_midp, p_exact } = mcNemar(first, 41);
    expect(p_midp).toBeLessThan(p_exact);
  }
});

/** The chance of a false finding for two models that are equally often the only right one. */
function sizeOf(p: "p_midp" | "p_exact", pairs: number, discordant: number): number {
  let size = 0;
  for (let count = 0; count <= pairs; count++) {
    const chance = binomialPmf(count, pairs, discordant);
    for (let first = 0; first <= count; first++) {
      if (mcNemar(first, count - first)[p] < 0.05) size += chance * binomialPmf(first, count, 0.5);
    }
  }
  return size;
}

test("mid-p keeps to its level at n = 100 closely, the exact test stays well below", () => {
  for (const discordant of [0.2, 0.3, 0.4]) {
    const [midp, exact] = [sizeOf("p_midp", 100, discordant), sizeOf("p_exact", 100, discordant)];
    expect(midp).toBeGreaterThan(0.044);
    expect(midp).toBeLessThan(0.05);
    expect(exact).toBeLessThan(0.038);
  }
});
