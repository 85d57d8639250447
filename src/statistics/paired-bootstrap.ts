import { countAtMost, countBelow } from "./count.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile, normalTail } from "./normal.ts";
import type { PairedTest } from "./paired-test.ts";
import { percentile } from "./quantile.ts";
import { studentTQuantile, studentTTail } from "./student-t.ts";

/** With more clusters than this, each resample would take milliseconds: callers group them first. */
export const BLOCKS_MAX = 1_000;

/**
 * Returns a test of a difference from a statistic's values in resamples, ascending, and its value over `independent`
 * clusters. For statistics that are no means, such as BLEU; `bootstrapT` tests means.
 *
 * The interval is the expanded percentile interval of Hesterberg, "What teachers should know about the bootstrap",
 * Am. Stat. 69 (2015). The plain one is too narrow for few clusters, so the percentiles are taken at Φ(±√(C / (C −
 * 1)) t_{C−1}) for C clusters. p is the level at which that interval just reaches the bound. It counts (1 +
 * resamples at or beyond the bound) / (1 + resamples) (Davison & Hinkley, "Bootstrap methods", 1997, 4.2.3),
 * doubled for two sides. If no resample reaches the bound, the bootstrap's standard error may give a smaller p than
 * that smallest step. C clusters never give less than 2^−C, the smallest p of a sign test of them.
 */
export function testOfResamples(
  ascending: Float64Array,
  { difference, independent }: Pick<PairedTest, "difference" | "independent">,
): PairedTest {
  const stderr = deviation(ascending);
  const tails = tailsOf(ascending, { difference, stderr, independent });
  return {
    difference,
    stderr,
    independent,
    ci95: expandedInterval(ascending, independent),
    p_value: Math.min(1, 2 * Math.min(tails.p_above(0), tails.p_below(0))),
    ...tails,
  };
}

function deviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

function tailsOf(
  ascending: Float64Array,
  { difference, stderr, independent }: Pick<PairedTest, "difference" | "stderr" | "independent">,
): Pick<PairedTest, "p_above" | "p_below"> {
  const least = 1 / (ascending.length + 1);
  function tail(beyond: number, excess: number): number {
    const counted = (beyond + 1) * least;
    if (counted >= 1) return 1;
    const z = -normalQuantile(counted);
    const reached = beyond > 0 || stderr === 0 ? z : Math.max(z, excess / stderr);
    const p_value = studentTTail(reached * Math.sqrt((independent - 1) / independent), independent - 1);
    return Math.max(p_value, 2 ** -independent);
  }
  return {
    p_above: (bound) => tail(countAtMost(ascending, bound), difference - bound),
    p_below: (bound) => tail(ascending.length - countBelow(ascending, bound), bound - difference),
  };
}

function expandedInterval(ascending: Float64Array, independent: number): Interval {
  const critical = studentTQuantile(0.975, independent - 1);
  const percent = 100 * normalTail(Math.sqrt(independent / (independent - 1)) * critical);
  return [percentile(ascending, percent)!, percentile(ascending, 100 - percent)!];
}
