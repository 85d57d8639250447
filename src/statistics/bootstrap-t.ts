import { countBelow } from "./count.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile, normalTail } from "./normal.ts";
import { pairedT } from "./paired-t.ts";
import type { PairedTest } from "./paired-test.ts";
import { studentTQuantile, studentTTail } from "./student-t.ts";
import { type ResampleOptions, studentizedResamples } from "./studentized-resamples.ts";

/**
 * The numbers of independent values, or clusters, for which resampling helps. With fewer, resamples are too alike. With
 * more, Student's t covers, even on log-normal values.
 */
const LEAST = 8;
const MOST = 1_000;
/** Beyond this many resamples from the end, the tail is extrapolated. */
const EDGE = 10;

/** Returns whether a mean of so many independent values is tested by `bootstrapT`, and not by Student's t alone. */
export const needsBootstrapT = (independent: number): boolean => independent >= LEAST && independent <= MOST;

/**
 * Tests the mean of paired differences, which may be skewed: the larger p-value, and the wider end of the interval, of
 * Student's t and of the bootstrap-t (Efron & Tibshirani, "An introduction to the bootstrap", 1993, 12.5; Hall, Ann.
 * Stat. 16, 1988). Null for fewer than two independent differences.
 *
 * Student's t alone finds 11 % false winners among 30 log-normal differences, for it ignores their skew. The bootstrap-t
 * alone finds 9 % among 30 differences of two log-normal scores, which have long tails. Both together stay below 6.5 %.
 *
 * The resamples' tails are as short as the sample's. So the percentiles are taken at Φ(±t_{C−1}) for C clusters, as in
 * Hesterberg, "What teachers should know about the bootstrap", Am. Stat. 69 (2015). p counts (1 + resamples beyond) /
 * (1 + resamples). Beyond the tenth of the outermost resamples, the normal score of p grows in proportion to t.
 */
export function bootstrapT(
  differences: Float64Array,
  clusters: Uint32Array | undefined,
  options: ResampleOptions,
): PairedTest | null {
  const student = pairedT(differences, clusters);
  if (!student?.ci95 || !needsBootstrapT(student.independent)) return student;
  const { difference, stderr, independent } = student;
  const ascending = studentizedResamples(differences, clusters, { ...options, mean: student });
  if (ascending.length < EDGE) return student;
  const [low, high] = student.ci95;
  const [lower, upper] = quantilesOf(ascending, independent);
  const p_above = (bound: number): number =>
    Math.max(student.p_above(bound), tailOf(ascending, (difference - bound) / stderr, independent));
  const mirrored = ascending.map((value) => -value).reverse();
  const p_below = (bound: number): number =>
    Math.max(student.p_below(bound), tailOf(mirrored, (bound - difference) / stderr, independent));
  return {
    difference,
    stderr,
    independent,
    ci95: [Math.min(low, difference - upper * stderr), Math.max(high, difference - lower * stderr)],
    p_value: Math.min(1, 2 * Math.min(p_above(0), p_below(0))),
    p_above,
    p_below,
  };
}

/** A fixed seed and few resamples: an interval needs no far tail. */
const INTERVAL = { seed: 0, resamples: 2_000 };

/** Returns the 95 % interval of a mean of values that may be skewed, by `bootstrapT`; null for fewer than two. */
export function skewedMeanInterval(values: Float64Array, clusters?: Uint32Array): Interval | null {
  const test = bootstrapT(values, clusters, INTERVAL);
  return test && (test.ci95 ?? [test.difference, test.difference]);
}

/** Returns the t values that the true mean exceeds, and falls below, in 2.5 % of the resamples each. */
function quantilesOf(ascending: Float64Array, independent: number): Interval {
  const level = normalTail(studentTQuantile(0.975, independent - 1));
  const beyond = Math.max(0, Math.floor(level * (ascending.length + 1) - 1));
  return [ascending[beyond]!, ascending[ascending.length - 1 - beyond]!];
}

/** Returns the chance of a t of at least `reached`, from the resamples' ascending t. */
function tailOf(ascending: Float64Array, reached: number, independent: number): number {
  const count = ascending.length;
  const beyond = count - countBelow(ascending, reached);
  if (beyond === count) return 1;
  const edge = ascending[count - EDGE]!;
  const growth = beyond < EDGE && edge > 0 ? reached / edge : 1;
  const z = -normalQuantile((1 + Math.max(beyond, EDGE)) / (1 + count));
  return studentTTail(growth * z, independent - 1);
}
