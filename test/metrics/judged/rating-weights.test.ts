import { describe, expect, test } from "bun:test";
import { weightedScore } from "../../../src/metrics/judged/rating.ts";

const top = (likely: Record<string, number>) =>
  Object.entries(likely).map(([token, probability]) => ({ token, logprob: Math.log(probability) }));
const place = (token: string, likely: Record<string, number> = { [token]: 1 }) => ({
  token,
  logprob: Math.log(likely[token] ?? 1),
  top_logprobs: top(likely),
});

describe("a score weighted by probabilities", () => {
  test("is Σ s·p / Σ p, worked by hand", () => {
    // (3·0.2 + 4·0.5 + 5·0.1) / (0.2 + 0.5 + 0.1) = 3.1 / 0.8
    const tokens = [place('"score":'), place("4", { "4": 0.5, "3": 0.2, "5": 0.1, four: 0.1 }), place("}")];
    expect(weightedScore(tokens, 4, [1, 5])).toBeCloseTo(3.875, 12);
  });

  test("ignores marks below one per cent, non-decimal ones, and ones beyond the scale", () => {
    const likely = {
      "4": 0.6,
      "3": 0.01,
      "2": 0.0099,
      "7": 0.2,
      "0": 0.05,
      "-1": 0.05,
      "3.5": 0.05,
      "": 0.02,
    };
    expect(weightedScore([place("4", likely)], 4, [1, 5])).toBeCloseTo((4 * 0.6 + 3 * 0.01) / 0.61, 12);
  });

  test("adds up tokens that spell the same score", () => {
    expect(weightedScore([place(" 4", { " 4": 0.3, "4": 0.3, "2": 0.4 })], 4, [1, 5])).toBeCloseTo(3.2, 12);
  });

  test("reads scores of two digits if they are one token", () => {
    expect(weightedScore([place("10", { "10": 0.5, "9": 0.5 })], 10, [0, 10])).toBeCloseTo(9.5, 12);
  });

  test.each([
    ["there are no tokens", [], 4],
    ["no token spells the score", [place("3"), place(".5")], 3.5],
    ["the position has no other tokens", [{ token: "4", logprob: 0, top_logprobs: [] }], 4],
    [
      "the figures are not numbers",
      [{ token: "4", logprob: 0, top_logprobs: [{ token: "4", logprob: Number.NaN }] }],
      4,
    ],
    [
      "the figures are beyond reason",
      [{ token: "4", logprob: 0, top_logprobs: [{ token: "4", logprob: 1e9 }] }],
      4,
    ],
  ])("is null if %s", (_what, tokens, score) => {
    expect(weightedScore(tokens, score, [1, 5])).toBeNull();
  });
});
