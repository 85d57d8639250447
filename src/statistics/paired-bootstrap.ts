import { yieldToEventLoop } from "../base/event-loop.ts";
import { createRandom, shuffledIndices } from "../base/random.ts";
import { type BootstrapOptions, bootstrap } from "./bootstrap.ts";
import { type ClusterSums, clusterSums } from "./clusters.ts";
import type { Interval } from "./interval.ts";
import { sum } from "./mean.ts";
import { normalQuantile, normalTail } from "./normal.ts";
import type { PairedTest } from "./paired-test.ts";
import { percentile } from "./quantile.ts";
import { studentTQuantile, studentTTail } from "./student-t.ts";

/** More clusters than this are first grouped at random: with a million, each resample would take milliseconds. */
export const BLOCKS_MAX = 1_000;

/**
 * Returns a bootstrap test of paired differences, for values that are too skewed for a t test, such as times. Whole
 * clusters are drawn, 10,000 times. Null for fewer than two clusters.
 *
 * The interval is the expanded percentile interval of Hesterberg, "What teachers should know about the bootstrap",
 * Am. Stat. 69 (2015). The plain one is too narrow for few clusters, so the percentiles are taken at Φ(±√(C / (C −
 * 1)) t_{C−1}) for C clusters. p is the level at which that interval just reaches the bound. It counts (1 +
 * resamples at or beyond the bound) / (1 + resamples) (Davison & Hinkley, "Bootstrap methods", 1997, 4.2.3),
 * doubled for two sides. If no resample reaches the bound, the bootstrap's standard error may give a smaller p than
 * that smallest step. C clusters never give less than 2^−C, the smallest p of a sign test of them.
 *
 * Above 1,000 clusters, equally large random groups of clusters are drawn instead (Wolter, "Introduction to
 * Variance Estimation", 2007, chapter 2: random groups). The resamples of a mean keep their spread and skew.
 */
export async function pairedBootstrap(
  differences: Float64Array,
  clusters: Uint32Array | undefined,
  options: BootstrapOptions,
): Promise<PairedTest | null> {
  const by_cluster = clusters
    ? clusterSums(differences, clusters)
    : { sums: differences, sizes: new Float64Array(differences.length).fill(1) };
  const independent = by_cluster.sums.length;
  await yieldToEventLoop();
  if (independent < 2) return null;
  const { sums, sizes } =
    independent > BLOCKS_MAX ? await groupIntoBlocks(by_cluster, options.seed) : by_cluster;
  const ascending = await bootstrap(sums.length, (rows) => ratio(sums, sizes, rows), options);
  const difference = sum(differences) / differences.length;
  await yieldToEventLoop();
  return testOfResamples(ascending, { difference, independent });
}

/**
 * Like `pairedBootstrap`, for any statistic: from its values in the resamples, ascending, and its value over
 * `independent` clusters.
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

/** Returns the mean over the drawn clusters, which may differ in size. */
function ratio(sums: Float64Array, sizes: Float64Array, rows: Uint32Array): number {
  let total = 0;
  let count = 0;
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]!;
    total += sums[row]!;
    count += sizes[row]!;
  }
  return total / count;
}

async function groupIntoBlocks({ sums, sizes }: ClusterSums, seed: number | string) {
  const order = shuffledIndices(sums.length, createRandom(`${seed}:blocks`));
  const blocks = { sums: new Float64Array(BLOCKS_MAX), sizes: new Float64Array(BLOCKS_MAX) };
  for (let place = 0; place < order.length; place++) {
    const [cluster, block] = [order[place]!, place % BLOCKS_MAX];
    blocks.sums[block]! += sums[cluster]!;
    blocks.sizes[block]! += sizes[cluster]!;
  }
  await yieldToEventLoop();
  return blocks;
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

/** Counts the ascending values that fit; those that fit must come first. */
function countWhile(ascending: Float64Array, fits: (value: number) => boolean): number {
  let [lower, upper] = [0, ascending.length];
  while (lower < upper) {
    const middle = (lower + upper) >>> 1;
    if (fits(ascending[middle]!)) lower = middle + 1;
    else upper = middle;
  }
  return lower;
}

const countAtMost = (ascending: Float64Array, bound: number): number =>
  countWhile(ascending, (value) => value <= bound);
const countBelow = (ascending: Float64Array, bound: number): number =>
  countWhile(ascending, (value) => value < bound);
