import { expect, test } from "bun:test";
import { comparePairs } from "../../../../src/services/benchmarks/compare/pair-comparisons.ts";
import { expectClose } from "../../../statistics/expect-close.ts";
import { readyMetric } from "../../../support/metrics.ts";
import reference from "./bleu-significance.json";

const bleu = readyMetric("bleu");

function sideOf(label: string, outputs: readonly string[]) {
  const scores = outputs.map((output, index) => {
    const expected = [reference.references[index]!];
    const score = bleu.score({ input: "", answer: null, output, expected });
    if (score instanceof Promise || score.value === null) throw new Error("no score");
    return score;
  });
  return {
    label,
    values: Float64Array.from(scores, ({ value }) => value),
    parts: scores.map(({ parts }) => parts),
  };
}

test(`BLEU's difference is that of ${reference.source}; its one-sided p is half of ours or less`, async () => {
  const pair = { a: sideOf("a", reference.a), b: sideOf("b", reference.b) };
  const [comparison] = await comparePairs(bleu, [pair], { seed: 0 });
  expectClose(comparison!.difference, reference.difference, 1e-9);
  expect(comparison!.p_value! / 2).toBeGreaterThan(reference.p_value);
  expect(comparison!.p_value! / 2).toBeLessThan(1.5 * reference.p_value);
  const [low, high] = comparison!.ci95!;
  expect(low < 0 && high > 0).toBe(true);
});
