import type { MetricSummary } from "../../domain/metric.ts";
import { bootstrap } from "../../statistics/bootstrap.ts";
import { estimateMean } from "../../statistics/mean.ts";
import { BLOCKS_MAX, testOfResamples } from "../../statistics/paired-bootstrap.ts";
import type { PairedTest } from "../../statistics/paired-test.ts";
import { percentile } from "../../statistics/quantile.ts";
import type { Metric } from "../metric.ts";
import { type CorpusCounting, type Rows, rowsOf } from "./corpus-rows.ts";

/** A fixed seed: every run, and every recomputation, uses the same resamples. */
const SEED = 0;
/** The most rows that are resampled: 10,000 resamples of them take some seconds, in slices between other work. */
const ROWS_MAX = 20_000;
/** The parts of a run's trials; `clusters` gives each trial's sample. */
export interface CorpusRun {
  parts: readonly (readonly number[])[];
  clusters?: Uint32Array | undefined;
}

/**
 * Summarises a corpus metric: `scoreOf` of the sums over all trials, with a seeded bootstrap's standard error (the
 * standard deviation over 10,000 resamples) and percentile interval (Efron & Tibshirani 1993, ch. 6 and 13; Koehn
 * 2004, W04-3250, for BLEU). The units of resampling are trials, or samples if samples have several trials; beyond
 * ROWS_MAX units, they form ROWS_MAX groups of similar size.
 */
export async function summarizeCorpus(
  { parts, clusters }: CorpusRun,
  scoreOf: (sums: Float64Array) => number,
  { unit, better, cells }: Pick<Metric, "unit" | "better"> & CorpusCounting,
): Promise<MetricSummary> {
  const head = { n: parts.length, unit, better };
  const { rows } = await rowsOf({ runs: [parts], clusters, most: ROWS_MAX }, { cells });
  if (rows.count === 0) return { value: null, ...head, stderr: null, ci95: null };
  const value = scoreOf(addUp(rows, allOf(rows)));
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

/** The parts of two runs in the same trials, side by side. */
export interface CorpusPairs {
  a: readonly (readonly number[])[];
  b: readonly (readonly number[])[];
  clusters?: Uint32Array | undefined;
}

/**
 * Compares two runs by a corpus metric: the difference of `scoreParts` of their sums, tested by a seeded paired
 * bootstrap (Koehn 2004, W04-3250). Whole trials, or samples, are drawn for both runs alike. The mean of trial
 * scores would be another quantity, which may have the opposite sign. `tested` is null for fewer than two trials or
 * samples; beyond BLOCKS_MAX of them, they form BLOCKS_MAX groups.
 */
export async function compareCorpora(
  { a, b, clusters }: CorpusPairs,
  { scoreParts, cells }: Required<Pick<Metric, "scoreParts">> & CorpusCounting,
  seed: string,
): Promise<{ difference: number | null; tested: PairedTest | null }> {
  const { rows, independent } = await rowsOf({ runs: [a, b], clusters, most: BLOCKS_MAX }, { cells });
  if (rows.count === 0) return { difference: null, tested: null };
  const middle = rows.width / 2;
  const differenceOver = (drawn: Uint32Array): number => {
    const sums = addUp(rows, drawn);
    return scoreParts(sums.subarray(0, middle)) - scoreParts(sums.subarray(middle));
  };
  const difference = differenceOver(allOf(rows));
  if (independent < 2) return { difference, tested: null };
  const ascending = await bootstrap(rows.count, differenceOver, { seed });
  return { difference, tested: testOfResamples(ascending, { difference, independent }) };
}

const allOf = ({ count }: Rows): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

function addUp({ add, width }: Rows, drawn: Uint32Array): Float64Array {
  const total = new Float64Array(width);
  for (let place = 0; place < drawn.length; place++) add(drawn[place]!, total);
  return total;
}

/** Returns the standard deviation (n − 1), derived from the standard error of the mean. */
const deviation = (values: Float64Array): number =>
  (estimateMean(values)?.stderr ?? 0) * Math.sqrt(values.length);
