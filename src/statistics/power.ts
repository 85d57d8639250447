import { normalQuantile } from "./normal.ts";
import { studentTQuantile } from "./student-t.ts";

/** The error rates of a design. */
export interface Design {
  /** Two-sided level of the test; default 0.05. For the strictest step of Holm over m pairs, 0.05 / m. */
  alpha?: number;
  /** The chance to find an existing difference; default 0.8. */
  power?: number;
}

/** The spread of paired differences. */
export interface PairedSpread {
  /**
   * Standard deviation, over samples, of the difference of one answer each. If `repeats` is given: of the
   * difference of expected scores.
   */
  sd: number;
  /**
   * If samples have several trials: variance of the score within one sample, and number of trials per sample, for
   * each model.
   */
  repeats?: { variance_a: number; count_a: number; variance_b: number; count_b: number };
}

/** Shares of the samples that only one of the two models answers rightly. */
export interface Discordance {
  only_a: number;
  only_b: number;
}

const weights = ({ alpha = 0.05, power = 0.8 }: Design) => ({
  level: normalQuantile(1 - alpha / 2),
  chance: normalQuantile(power),
});

/** Returns ω² + σ²_A / K_A + σ²_B / K_B. */
function varianceOf({ sd, repeats }: PairedSpread): number {
  if (!repeats) return sd ** 2;
  return sd ** 2 + repeats.variance_a / repeats.count_a + repeats.variance_b / repeats.count_b;
}

/**
 * Returns how many samples, answered by both models, are needed to find a difference of means: n = (z_{α/2} + z_β)²
 * (ω² + σ²_A / K_A + σ²_B / K_B) / δ², Miller, "Adding error bars to evals", arXiv 2411.00640, section 5. Not
 * rounded; null for a difference of 0, which no number of samples finds.
 */
export function samplesNeeded(difference: number, spread: PairedSpread, design: Design = {}): number | null {
  if (difference === 0) return null;
  const { level, chance } = weights(design);
  return ((level + chance) ** 2 * varianceOf(spread)) / difference ** 2;
}

/**
 * Like `samplesNeeded`, for Student's paired t test, whose spread is estimated: the least whole n that is at least
 * (t_{α/2, n−1} + t_{β, n−1})² sd² / δ² (Chow, Shao & Wang, "Sample size calculations in clinical research", 2008,
 * chapter 3). For two samples t is 12.7 and z is 1.96, so the formula with z would promise a finding from one or
 * two samples.
 */
export function pairedTSamplesNeeded(difference: number, sd: number, design: Design = {}): number | null {
  const least = samplesNeeded(difference, { sd }, design);
  if (least === null) return null;
  const { alpha = 0.05, power = 0.8 } = design;
  const wanted = (samples: number): number =>
    ((studentTQuantile(1 - alpha / 2, samples - 1) + studentTQuantile(power, samples - 1)) *
      (sd / difference)) **
    2;
  let samples = Math.max(2, Math.ceil(least));
  while (Number.isSafeInteger(samples) && samples < wanted(samples)) samples++;
  return samples;
}

/**
 * Returns how many samples, all in favour of one side, a sign test needs until its p of 2^(1 − n) is below `alpha`.
 */
export const signTestLeast = (alpha: number): number => Math.floor(1 - Math.log2(alpha)) + 1;

/** Like `signTestLeast`, for McNemar's mid-p, which is then 2^−n. */
export const mcNemarLeast = (alpha: number): number => Math.floor(-Math.log2(alpha)) + 1;

/**
 * Returns the smallest difference of means that this number of samples finds: the formula of `samplesNeeded`,
 * solved for δ.
 */
export function smallestDetectableDifference(
  samples: number,
  spread: PairedSpread,
  design: Design = {},
): number {
  const { level, chance } = weights(design);
  return (level + chance) * Math.sqrt(varianceOf(spread) / samples);
}

/**
 * Returns how many samples McNemar's test needs: n = (z_{α/2} √ψ + z_β √(ψ − δ²))² / δ². ψ is the share of
 * discordant pairs and δ the difference (Connor, "Sample size for testing differences in proportions for the
 * paired-sample design", Biometrics 43, 1987). Not rounded; null for a difference of 0.
 */
export function mcNemarSamplesNeeded({ only_a, only_b }: Discordance, design: Design = {}): number | null {
  const [discordant, difference] = [only_a + only_b, only_a - only_b];
  if (difference === 0) return null;
  const { level, chance } = weights(design);
  const spread = Math.sqrt(Math.max(0, discordant - difference ** 2));
  return (level * Math.sqrt(discordant) + chance * spread) ** 2 / difference ** 2;
}

/**
 * Returns the smallest difference of two shares of right answers that McNemar's test finds: Connor's formula,
 * solved for δ. `discordant` is the share of samples that only one model answers rightly. Null if the result
 * exceeds `discordant`, the largest possible difference.
 */
export function mcNemarSmallestDifference(
  samples: number,
  discordant: number,
  design: Design = {},
): number | null {
  const { level, chance } = weights(design);
  const root = chance * Math.sqrt(discordant * (samples + chance ** 2 - level ** 2));
  const difference = (level * Math.sqrt(samples * discordant) + root) / (samples + chance ** 2);
  return difference <= discordant ? difference : null;
}

/**
 * Returns the standard deviation of the difference of two right-or-wrong answers to one sample, from each model's
 * share of right answers and the correlation of the answers. 0 means independent; 0.5 is common, because hard
 * questions are hard for all models.
 */
export function sdOfBinaryDifference(share_a: number, share_b: number, correlation = 0): number {
  const [variance_a, variance_b] = [share_a * (1 - share_a), share_b * (1 - share_b)];
  return Math.sqrt(variance_a + variance_b - 2 * correlation * Math.sqrt(variance_a * variance_b));
}
