import { expect, test } from "bun:test";
import { adjustHolm } from "../../src/statistics/holm.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/holm.json";

test(`Holm's adjusted p-values agree with ${reference.source}`, () => {
  expect(reference.cases.length).toBeGreaterThan(50);
  for (const [p_values, ...known] of reference.cases as number[][][]) {
    const adjusted = adjustHolm(p_values!);
    for (const each of known) {
      expect(adjusted).toHaveLength(each.length);
      for (const [index, value] of each.entries()) expectClose(adjusted[index], value);
    }
  }
});

test("no p-values give none, and a single one stays unchanged", () => {
  expect(adjustHolm([])).toEqual([]);
  expect(adjustHolm([0.04])).toEqual([0.04]);
});
