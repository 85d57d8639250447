import { describe, expect, test } from "bun:test";
import { nearest, unknownName } from "../../src/base/nearest.ts";

const KNOWN = ["accuracy", "exact_match", "f1", "faithfulness", "relevance"];

test.each([
  ["acuracy", "accuracy"],
  ["Accuracy", "accuracy"],
  ["faithfullness", "faithfulness"],
  ["exactmatch", "exact_match"],
  ["f2", "f1"],
  ["relevence", "relevance"],
])("'%s' was probably meant to be '%s'", (wanted, meant) => {
  expect(nearest(wanted, KNOWN)).toBe(meant);
});

test.each(["temperature", "bleu_score", "", "zz", "x".repeat(10_000)])(
  "'%s' resembles no known name",
  (wanted) => {
    expect(nearest(wanted, KNOWN)).toBeUndefined();
  },
);

test("among equally near names the first is taken; without known names there is none", () => {
  expect(nearest("f", ["f2", "f1"])).toBe("f2");
  expect(nearest("f1", [])).toBeUndefined();
});

describe("an unknown name", () => {
  test("is answered with the known ones and the nearest", () => {
    const { code, message, details } = unknownName("metrics.0", "metric", "acuracy", { known: KNOWN });
    expect([code, message]).toEqual([
      "BAD_REQUEST",
      "metrics.0: unknown metric 'acuracy'. Did you mean 'accuracy'?",
    ]);
    expect(details).toMatchObject({ field: "metrics.0", accepted: KNOWN, suggestion: "accuracy" });
  });

  test("without a near one gets no suggestion", () => {
    const { message, details } = unknownName("metric", "metric", "something else", { known: KNOWN });
    expect(message).toBe("metric: unknown metric 'something else'.");
    expect("suggestion" in details).toBe(false);
  });

  test("does not make the answer long: it is cut, and so is the list of known names", () => {
    const known = Array.from({ length: 1_000 }, (_, index) => `dataset-${index}`);
    const { message, details } = unknownName("dataset", "dataset", "x".repeat(10_000), { known });
    expect(message.length).toBeLessThan(200);
    expect(details.accepted).toEqual(known.slice(0, 100));
  });
});
