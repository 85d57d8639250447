import { breathe } from "../domain/breath.ts";
import type { MetricSummary } from "../domain/metric.ts";
import { bootstrap } from "../statistics/bootstrap.ts";
import { estimateMean } from "../statistics/mean.ts";
import { percentile } from "../statistics/quantile.ts";
import type { Metric } from "./metric.ts";

/** The same resamples for every run, and whenever results are computed again. */
const SEED = 0;
/** Rows that are resampled at most: 10,000 resamples of so many take some seconds of slices between other work. */
const ROWS_MAX = 20_000;
/** Trials between two looks at the clock. */
const UNWATCHED = 5_000;

/** Rows of numbers that add up, `width` of them each, one row after the other. */
interface Rows {
  readonly sums: Float64Array;
  readonly count: number;
  readonly width: number;
}

/**
 * Sums up a corpus metric: `scoreOf` the sums over all trials, with the seeded bootstrap's standard error (the standard
 * deviation over 10,000 resamples) and its percentile interval (Efron & Tibshirani 1993, ch. 6 and 13; Koehn 2004,
 * W04-3250, for BLEU). What is resampled are trials, or samples where they were asked more than once; of more than
 * ROWS_MAX, as many groups of them of like size.
 */
export async function summarizeCorpus(
  parts: readonly (readonly number[])[],
  clusters: Uint32Array | undefined,
  scoreOf: (sums: Float64Array) => number,
  { unit, better }: Pick<Metric, "unit" | "better">,
): Promise<MetricSummary> {
  const head = { n: parts.length, unit, better };
  const rows = await rowsOf(parts, clusters);
  if (rows.count === 0) return { value: null, ...head, stderr: null, ci95: null };
  const value = scoreOf(
    addUp(
      rows,
      Uint32Array.from({ length: rows.count }, (_, row) => row),
    ),
  );
  if (rows.count === 1) return { value, ...head, stderr: null, ci95: null };
  const values = await bootstrap(rows.count, (drawn) => scoreOf(addUp(rows, drawn)), { seed: SEED });
  const [low, high] = [percentile(values, 2.5), percentile(values, 97.5)];
  return {
    value,
    ...head,
    stderr: deviation(values),
    ci95: low === null || high === null ? null : [low, high],
  };
}

/** One row a cluster, or a trial; beyond ROWS_MAX of them they share rows by turns. */
async function rowsOf(parts: readonly (readonly number[])[], clusters?: Uint32Array): Promise<Rows> {
  const width = parts[0]?.length ?? 0;
  const known = new Map<number, number>();
  const rowOf = (index: number): number => {
    if (!clusters) return index;
    const row = known.get(clusters[index]!) ?? known.size;
    known.set(clusters[index]!, row);
    return row;
  };
  const sums = new Float64Array(Math.min(parts.length, ROWS_MAX) * width);
  for (const [index, part] of parts.entries()) {
    if (index % UNWATCHED === 0) await breathe();
    const start = (rowOf(index) % ROWS_MAX) * width;
    for (let column = 0; column < width; column++) sums[start + column]! += part[column]!;
  }
  return { sums, width, count: Math.min(clusters ? known.size : parts.length, ROWS_MAX) };
}

function addUp({ sums, width }: Rows, drawn: Uint32Array): Float64Array {
  const total = new Float64Array(width);
  for (let place = 0; place < drawn.length; place++) {
    const start = drawn[place]! * width;
    for (let column = 0; column < width; column++) total[column]! += sums[start + column]!;
  }
  return total;
}

/** The standard deviation (n − 1), by way of the standard error of the mean. */
const deviation = (values: Float64Array): number =>
  (estimateMean(values)?.stderr ?? 0) * Math.sqrt(values.length);
