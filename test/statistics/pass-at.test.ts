import { describe, expect, test } from "bun:test";
import { passAll, passAt } from "../../src/statistics/pass-at.ts";
import { expectClose } from "./expect-close.ts";

/** n, c, k, pass@k by the function of Chen et al. 2021 (numpy 2.4.6), C(c, k) / C(n, k) by scipy 1.17.1's comb. */
const REFERENCES = [
  [1, 0, 1, 0.0, 0.0],
  [1, 1, 1, 1.0, 1.0],
  [5, 2, 1, 0.3999999999999999, 0.4],
  [5, 2, 2, 0.7, 0.1],
  [5, 2, 3, 0.9, 0.0],
  [5, 2, 4, 1.0, 0.0],
  [10, 3, 5, 0.9166666666666666, 0.0],
  [10, 10, 10, 1.0, 1.0],
  [10, 0, 10, 0.0, 0.0],
  [100, 7, 10, 0.5332595856827855, 0.0],
  [200, 13, 100, 0.9999194971988055, 0.0],
  [200, 199, 5, 1.0, 0.975],
] as const;

describe("of n answers, c of them right", () => {
  test.each(REFERENCES)("%d, %d: pass@%d and pass^k", (scored, right, k, any, all) => {
    expectClose(passAt({ scored, right }, k), any, 1e-12);
    expectClose(passAll({ scored, right }, k), all, 1e-12);
  });

  test("both are the share of all choices of k answers", () => {
    const answers = [1, 0, 1, 1, 0, 0, 0];
    const choices = Array.from({ length: 2 ** answers.length }, (_, bits) =>
      answers.filter((_, index) => (bits >> index) & 1),
    ).filter((chosen) => chosen.length === 3);
    const share = (fits: (chosen: number[]) => boolean) => choices.filter(fits).length / choices.length;
    expectClose(
      passAt({ scored: 7, right: 3 }, 3),
      share((chosen) => chosen.includes(1)),
      1e-12,
    );
    expectClose(
      passAll({ scored: 7, right: 3 }, 3),
      share((chosen) => !chosen.includes(0)),
      1e-12,
    );
  });

  test("fewer than k answers tell nothing", () => {
    expect(passAt({ scored: 2, right: 2 }, 3)).toBeNull();
    expect(passAll({ scored: 0, right: 0 }, 1)).toBeNull();
  });
});
