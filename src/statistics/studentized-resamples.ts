import { createRandom } from "../base/random.ts";
import { type ClusterSums, clusterSums } from "./clusters.ts";
import type { PairedTest } from "./paired-test.ts";

/** Values drawn for one test: some 15 ms. */
const DRAWS = 2_000_000;
const RESAMPLES = { least: 2_000, most: 10_000 };
/** A resample with less than this share of the sample's variance has none but rounding error. */
const NO_SPREAD = 1e-12;

export interface ResampleOptions {
  /** The same seed gives the same resamples, on every platform. */
  seed: number | string;
  /** At most this many resamples; by default 10,000, and fewer for many values. */
  resamples?: number;
}

/**
 * Returns the t of each resample that has a spread, ascending: (its mean − the mean) / its standard error, by the
 * formulas of `estimateMean`. Whole clusters are drawn. Row `floor(random · C)` is drawn for each of C clusters in turn.
 */
export function studentizedResamples(
  values: Float64Array,
  clusters: Uint32Array | undefined,
  {
    mean,
    seed,
    resamples = RESAMPLES.most,
  }: ResampleOptions & {
    mean: Pick<PairedTest, "difference" | "stderr">;
  },
): Float64Array {
  const { sums, sizes } = clusteredDeviations(values, clusters, mean.difference);
  const count = sums.length;
  const most = Math.max(RESAMPLES.least, Math.floor(DRAWS / count));
  const random = createRandom(seed);
  const resampled = new Float64Array(Math.min(resamples, most));
  const moments: Moments = { sum: 0, size: 0, sumSquared: 0, sumBySize: 0, sizeSquared: 0 };
  let length = 0;
  for (let resample = 0; resample < resampled.length; resample++) {
    drawMoments({ sums, sizes }, random, moments);
    const t = studentized(moments, count, mean.stderr);
    if (!Number.isNaN(t)) resampled[length++] = t;
  }
  return resampled.slice(0, length).sort();
}

function clusteredDeviations(
  values: Float64Array,
  clusters: Uint32Array | undefined,
  mean: number,
): ClusterSums {
  const deviations = values.map((value) => value - mean);
  return clusters
    ? clusterSums(deviations, clusters)
    : { sums: deviations, sizes: new Float64Array(values.length).fill(1) };
}

/** Sums over the drawn clusters. */
interface Moments {
  sum: number;
  size: number;
  sumSquared: number;
  sumBySize: number;
  sizeSquared: number;
}

/** Draws as many clusters as there are. One object is filled for all resamples: this is the innermost loop. */
function drawMoments({ sums, sizes }: ClusterSums, random: () => number, moments: Moments): void {
  const count = sums.length;
  let sum = 0;
  let size = 0;
  let sumSquared = 0;
  let sumBySize = 0;
  let sizeSquared = 0;
  for (let draw = 0; draw < count; draw++) {
    const row = Math.trunc(random() * count);
    const deviation = sums[row]!;
    const trials = sizes[row]!;
    sum += deviation;
    size += trials;
    sumSquared += deviation * deviation;
    sumBySize += deviation * trials;
    sizeSquared += trials * trials;
  }
  moments.sum = sum;
  moments.size = size;
  moments.sumSquared = sumSquared;
  moments.sumBySize = sumBySize;
  moments.sizeSquared = sizeSquared;
}

/** Returns a resample's t, from the moments of its deviations; NaN if it has no spread. */
function studentized(moments: Moments, count: number, stderr: number): number {
  const { sum, size, sumSquared, sumBySize, sizeSquared } = moments;
  const deviation = sum / size;
  const squares = sumSquared - 2 * deviation * sumBySize + deviation ** 2 * sizeSquared;
  const variance = ((squares / size) * (count / (count - 1))) / size;
  return variance > NO_SPREAD * stderr ** 2 ? deviation / Math.sqrt(variance) : Number.NaN;
}
