import type { TokenLogprob } from "../../domain/completions/chat.ts";

/** Lowest and highest score that may be given, whole numbers. */
export type Scale = readonly [lowest: number, highest: number];

const PROBABILITY_MIN = 0.01;

/** The score that a token spells, where it is one of the scale. */
function scoreIn(token: string, [lowest, highest]: Scale): number | undefined {
  const text = token.trim();
  const score = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return score >= lowest && score <= highest ? score : undefined;
}

/**
 * Σ score · p / Σ p over the scores that were likely in the place of the one given: the last token that spells it, and
 * of the likeliest there the decimal ones of at least 1 %. Null where that can't be told. G-Eval's weighting (Liu et al.
 * 2023, arXiv 2303.16634) as DeepEval computes it (confident-ai/deepeval, metrics/g_eval/utils.py, `calculate_weighted_summed_score` as of #3060),
 * save that scores beyond the scale are left out.
 */
export function weightedScore(tokens: readonly TokenLogprob[], score: number, scale: Scale): number | null {
  const place = tokens.findLast(({ token }) => token.trim() === String(score));
  let [sum, total] = [0, 0];
  for (const { token, logprob } of place?.top_logprobs ?? []) {
    const candidate = scoreIn(token, scale);
    const probability = Math.exp(logprob);
    if (candidate === undefined || !(probability >= PROBABILITY_MIN)) continue;
    sum += candidate * probability;
    total += probability;
  }
  return total > 0 && Number.isFinite(total) ? sum / total : null;
}
