export const SMOOTHINGS = ["exp", "floor", "add-k", "none"] as const;

/** How an order without a match is told from one with none at all. */
export interface Smoothing {
  readonly smooth: (typeof SMOOTHINGS)[number];
  /** Of `floor` and `add-k`; theirs by default are 0.1 and 1. */
  readonly smooth_value?: number;
}

export const ORDER = 4;
/** What stands for the logarithm of 0. */
const LOG_ZERO = -9_999_999_999;

/** What BLEU is computed from, and what adds up over a corpus. */
interface Counts {
  readonly given: number;
  readonly wanted: number;
  readonly matches: Float64Array;
  readonly totals: Float64Array;
}

/** Length of the output, of the nearest reference, n-grams matched of orders 1 to 4, n-grams there are of each. */
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
 * sacrebleu's `compute_bleu`, 0 to 100: the brevity penalty times the geometric mean of the n-gram precisions, smoothed
 * (Chen & Cherry 2014, W14-3346; `exp` is NIST's). With `effective`, as for single sentences, orders longer than the
 * output do not count.
 */
export function bleuOf(parts: ArrayLike<number>, smoothing: Smoothing, effective: boolean): number {
  const { given, wanted, matches, totals } = countsOf(parts);
  if (matches.every((count) => count === 0)) return 0;
  const penalty = given < wanted ? Math.exp(1 - wanted / given) : 1;
  const precisions = smoothed(matches, totals, smoothing);
  const orders = effective ? precisions.length : ORDER;
  const logs = precisions.map((precision) => (precision === 0 ? LOG_ZERO : Math.log(precision)));
  const missing = (ORDER - logs.length) * LOG_ZERO;
  const sum = logs.reduce((total, log) => total + log, effective ? 0 : missing);
  return Math.min(100, penalty * Math.exp(sum / orders));
}

/** The precisions in percent, up to the first order of which the output has no n-grams. */
function smoothed(
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
