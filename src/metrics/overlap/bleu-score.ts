export const SMOOTHINGS = ["exp", "floor", "add-k", "none"] as const;

/** How an n-gram order without matches is scored. */
export interface Smoothing {
  readonly smooth: (typeof SMOOTHINGS)[number];
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  readonly smooth_value?: number;
}

export const ORDER = 4;
/** Stands for the logarithm of 0. */
const LOG_ZERO = -9_999_999_999;

/** The counts that BLEU is computed from; over a corpus they add up. */
interface Counts {
  readonly given: number;
  readonly wanted: number;
  readonly matches: Float64Array;
  readonly totals: Float64Array;
}

/**
 * Reads the counts: length of the output, length of the nearest reference, matched n-grams of orders 1 to 4, and
 * all n-grams of orders 1 to 4.
 */
function countsOf(parts: ArrayLike<number>): Counts {
  const numbers = Float64Array.from(parts);
  return {
    given: numbers[0] ?? 0,
    wanted: numbers[1] ?? 0,
    matches: numbers.subarray(2, 2 + ORDER),
    totals: numbers.subarray(2 + ORDER, 2 + 2 * ORDER),
  };
}

/**
 * Returns sacrebleu's `compute_bleu`, 0 to 100: the brevity penalty times the geometric mean of the smoothed n-gram
 * precisions (Chen & Cherry 2014, W14-3346; `exp` is NIST's). If `effective`, as for single sentences, orders
 * longer than the output do not count.
 */
export function bleuOf(parts: ArrayLike<number>, smoothing: Smoothing, effective: boolean): number {
  const { given, wanted, matches, totals } = countsOf(parts);
  if (matches.every((count) => count === 0)) return 0;
  const penalty = given < wanted ? Math.exp(1 - wanted / given) : 1;
  const precisions = smoothedPrecisions(matches, totals, smoothing);
  const orders = effective ? precisions.length : ORDER;
  const logs = precisions.map((precision) => (precision === 0 ? LOG_ZERO : Math.log(precision)));
  const missing = (ORDER - logs.length) * LOG_ZERO;
  const sum = logs.reduce((total, log) => total + log, effective ? 0 : missing);
  return Math.min(100, penalty * Math.exp(sum / orders));
}

/** Returns the precisions in percent, up to the first order that has no n-grams in the output. */
function smoothedPrecisions(
  matches: Float64Array,
  totals: Float64Array,
  { smooth, smooth_value = smooth === "floor" ? 0.1 : 1 }: Smoothing,
): number[] {
  const precisions: number[] = [];
  let halved = 1;
  for (const [index, count] of matches.entries()) {
    const added = smooth === "add-k" && index > 0 ? smooth_value : 0;
    const [matched, total] = [count + added, totals[index]! + added];
    if (total === 0) break;
    if (matched === 0 && smooth === "exp") halved *= 2;
    const instead = { exp: 1 / halved, floor: smooth_value, "add-k": 0, none: 0 }[smooth];
    precisions.push((100 * (matched === 0 ? instead : matched)) / total);
  }
  return precisions;
}
