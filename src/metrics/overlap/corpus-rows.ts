import { yieldToEventLoop } from "../../base/event-loop.ts";
import type { Metric } from "../metric.ts";

/** How a corpus metric counts its parts. */
export interface CorpusCounting {
  cells?: Metric["cells"] | undefined;
}

/** The parts of trials in one or several runs, added up by row; a row is a trial, or all trials of a sample. */
export interface Rows {
  readonly count: number;
  /** Number of sums, those of all runs side by side. */
  readonly width: number;
  add(row: number, total: Float64Array): void;
}

export interface TrialParts {
  /** By run, the parts of the same trials. */
  runs: readonly (readonly (readonly number[])[])[];
  /** The sample of each trial. */
  clusters?: Uint32Array | undefined;
  /** Beyond this many, clusters or trials share rows in turn. */
  most: number;
}

/** Trials between two yields to the event loop. */
const TRIALS_PER_YIELD = 5_000;

/** Returns the rows; `independent` is the number of clusters, or of trials. */
export async function rowsOf(
  parts: TrialParts,
  { cells }: CorpusCounting,
): Promise<{ rows: Rows; independent: number }> {
  const { rowOf, independent } = numberRows(parts);
  const count = Math.min(independent, parts.most);
  const rows = cells
    ? await countedRows(parts, { rowOf, count, cells })
    : await addedRows(parts, { rowOf, count });
  return { rows, independent };
}

/** Numbers the rows in the order in which their clusters first occur. */
function numberRows({ runs, clusters, most }: TrialParts): { rowOf: Uint32Array; independent: number } {
  const trials = runs[0]?.length ?? 0;
  const known = new Map<number, number>();
  const rowOf = new Uint32Array(trials);
  for (let trial = 0; trial < trials; trial++) {
    const cluster = clusters ? clusters[trial]! : trial;
    const row = clusters ? (known.get(cluster) ?? known.size) : trial;
    if (clusters) known.set(cluster, row);
    rowOf[trial] = row % most;
  }
  return { rowOf, independent: clusters ? known.size : trials };
}

interface NumberedRows {
  rowOf: Uint32Array;
  count: number;
}

/** Rows of numbers that add up, stored one after another. */
async function addedRows({ runs }: TrialParts, { rowOf, count }: NumberedRows): Promise<Rows> {
  const each = runs[0]?.[0]?.length ?? 0;
  const width = each * runs.length;
  const sums = new Float64Array(count * width);
  for (let trial = 0; trial < rowOf.length; trial++) {
    if (trial % TRIALS_PER_YIELD === 0) await yieldToEventLoop();
    const start = rowOf[trial]! * width;
    for (let run = 0; run < runs.length; run++)
      for (let column = 0; column < each; column++)
        sums[start + run * each + column]! += runs[run]![trial]![column]!;
  }
  return {
    count,
    width,
    add(row, total) {
      const start = row * width;
      for (let column = 0; column < width; column++) total[column]! += sums[start + column]!;
    },
  };
}

/** Rows of cells, each of which counts 1: row r has those from `starts[r]` to `starts[r + 1]`. */
async function countedRows(
  { runs }: TrialParts,
  { rowOf, count, cells }: NumberedRows & { cells: NonNullable<Metric["cells"]> },
): Promise<Rows> {
  const starts = new Uint32Array(count + 1);
  for (let trial = 0; trial < rowOf.length; trial++) starts[rowOf[trial]! + 1]! += runs.length;
  for (let row = 0; row < count; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const counted = new Uint32Array(starts[count]!);
  for (let trial = 0; trial < rowOf.length; trial++) {
    if (trial % TRIALS_PER_YIELD === 0) await yieldToEventLoop();
    const row = rowOf[trial]!;
    for (let run = 0; run < runs.length; run++) {
      counted[next[row]!] = run * cells.count + cells.of(runs[run]![trial]!);
      next[row]! += 1;
    }
  }
  return {
    count,
    width: cells.count * runs.length,
    add(row, total) {
      for (let index = starts[row]!; index < starts[row + 1]!; index++) total[counted[index]!]!++;
    },
  };
}
