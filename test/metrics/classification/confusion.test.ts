import { describe, expect, test } from "bun:test";
import { CELLS, cellOf, confusionOf, macroF1, mcc } from "../../../src/metrics/classification/confusion.ts";
import { expectClose } from "../../statistics/expect-close.ts";
import reference from "./confusion.json";

type Case = [number, number[], number[], number, number, number[], number[], number[], number[], number[][]];

function countsOf(expected: number[], answered: number[]): Float64Array {
  const counts = new Float64Array(CELLS);
  for (const [index, label] of expected.entries()) counts[cellOf(label, answered[index]!)]!++;
  return counts;
}

describe("the figures of a confusion matrix", () => {
  test(`agree with ${reference.source}`, () => {
    expect(reference.cases).toHaveLength(36);
    for (const each of reference.cases as Case[]) {
      const [labels, expected, answered, f1, correlation, precisions, recalls, f1s, supports, matrix] = each;
      const counts = countsOf(expected, answered);
      expectClose(macroF1(counts), f1, 1e-12);
      expectClose(mcc(counts), correlation, 1e-12);
      const names = Array.from({ length: labels }, (_, index) => `label ${index}`);
      const confusion = confusionOf(counts, names);
      expect(confusion).toMatchObject({ labels: names, matrix, macro_f1: macroF1(counts), mcc: mcc(counts) });
      for (const [index, row] of confusion.per_label.entries()) {
        expect(row).toMatchObject({ label: names[index]!, support: supports[index]! });
        expectClose(row.precision, precisions[index]!, 1e-12);
        expectClose(row.recall, recalls[index]!, 1e-12);
        expectClose(row.f1, f1s[index]!, 1e-12);
      }
      const right = expected.filter((label, index) => label === answered[index]).length;
      expectClose(confusion.accuracy, right / expected.length, 1e-12);
      const noLabel = answered.filter((label) => label === 26).length;
      expect(confusion.no_label.reduce((sum, count) => sum + count, 0)).toBe(noLabel);
    }
  });

  test("are 0, and not NaN, without trials", () => {
    const counts = new Float64Array(CELLS);
    expect([macroF1(counts), mcc(counts), confusionOf(counts, ["a", "b"]).accuracy]).toEqual([0, 0, 0]);
  });
});
