import { normalQuantile } from "./normal.ts";
import { studentTQuantile } from "./student-t.ts";

/** How sure a design is to be. */
export interface Design {
  /** Two-sided level of the test; 0.05. For the strictest step of Holm over m pairs, 0.05 / m. */
  alpha?: number;
  /** The chance to find the difference if it is there; 0.8. */
  power?: number;
}

/** What the differences of pairs vary by. */
export interface PairedSpread {
  /** Standard deviation, over samples, of the difference of one answer each; or of the expected scores, if repeats are told apart below. */
  sd: number;
  /** Variance of the score of one sample's repeats and how many there are of each, if each sample is asked more than once. */
  repeats?: { variance_a: number; count_a: number; variance_b: number; count_b: number };
}

/** Shares of the samples that only one of two models gets right. */
export interface Discordance {
  only_a: number;
  only_b: number;
}

const weights = ({ alpha = 0.05, power = 0.8 }: Design) => ({
  level: normalQuantile(1 - alpha / 2),
  chance: normalQuantile(power),
});

/** ω² + σ²_A / K_A + σ²_B / K_B. */
function varianceOf({ sd, repeats }: PairedSpread): number {
  if (!repeats) return sd ** 2;
  return sd ** 2 + repeats.variance_a / repeats.count_a + repeats.variance_b / repeats.count_b;
}

/**
 * How many samples, asked of both models, it takes to find a difference of means:
 * n = (z_{α/2} + z_β)² (ω² + σ²_A / K_A + σ²_B / K_B) / δ², Miller, "Adding error bars to evals", arXiv 2411.00640,
 * section 5. Not rounded; null where the difference is 0, which no number finds.
 */
export function samplesNeeded(difference: number, spread: PairedSpread, design: Design = {}): number | null {
  if (difference === 0) return null;
  const { level, chance } = weights(design);
  return ((level + chance) ** 2 * varianceOf(spread)) / difference ** 2;
}

/**
 * The same for Student's paired t test of which the spread is not known but estimated: the least whole n that is at least
 * (t_{α/2, n−1} + t_{β, n−1})² sd² / δ² (Chow, Shao & Wang, "Sample size calculations in clinical research", 2008,
 * chapter 3). Of two samples t is 12.7 where z is 1.96: the formula with z would promise a finding in one or two.
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

/** How many samples that all speak for the same side a sign test takes before its p of 2^(1 − n) is below `alpha`. */
export const signTestLeast = (alpha: number): number => Math.floor(1 - Math.log2(alpha)) + 1;

/** The same of McNemar's mid-p, which is then 2^−n. */
export const mcNemarLeast = (alpha: number): number => Math.floor(-Math.log2(alpha)) + 1;

/** The smallest difference of means that so many samples find: the formula of `samplesNeeded`, solved for δ. */
export function smallestDetectableDifference(
  samples: number,
  spread: PairedSpread,
  design: Design = {},
): number {
  const { level, chance } = weights(design);
  return (level + chance) * Math.sqrt(varianceOf(spread) / samples);
}

/**
 * How many samples McNemar's test takes: n = (z_{α/2} √ψ + z_β √(ψ − δ²))² / δ² with ψ the share of discordant pairs
 * and δ the difference (Connor, "Sample size for testing differences in proportions for the paired-sample design",
 * Biometrics 43, 1987). Not rounded; null where the difference is 0.
 */
export function mcNemarSamplesNeeded({ only_a, only_b }: Discordance, design: Design = {}): number | null {
  const [discordant, difference] = [only_a + only_b, only_a - only_b];
  if (difference === 0) return null;
  const { level, chance } = weights(design);
  const spread = Math.sqrt(Math.max(0, discordant - difference ** 2));
  return (level * Math.sqrt(discordant) + chance * spread) ** 2 / difference ** 2;
}

/**
 * The smallest difference of two shares of right answers that McNemar's test finds in so many samples of which a share
 * `discordant` is answered rightly by one model alone: Connor's formula solved for δ. Null where it would lie above
 * `discordant`, the largest difference there can then be.
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
 * Standard deviation of the difference of two right-or-wrong answers to one sample, given how often each model is right
 * and how their answers correlate (0: independent; 0.5 is not rare, for hard questions are hard for all).
 */
export function sdOfBinaryDifference(share_a: number, share_b: number, correlation = 0): number {
  const [variance_a, variance_b] = [share_a * (1 - share_a), share_b * (1 - share_b)];
  return Math.sqrt(variance_a + variance_b - 2 * correlation * Math.sqrt(variance_a * variance_b));
}
