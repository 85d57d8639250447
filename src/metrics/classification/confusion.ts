import type { Confusion } from "../../domain/metric.ts";

/** Labels that are told apart: as many as a sample may have choices. */
export const LABELS_MAX = 26;
/** One column more: answers that are no label. */
const COLUMNS = LABELS_MAX + 1;
export const NO_LABEL = LABELS_MAX;

/** The cells of the matrix, one row of answers per expected label after the other. */
export const CELLS = LABELS_MAX * COLUMNS;
export const cellOf = (expected: number, answered: number): number => expected * COLUMNS + answered;

type Counts = ArrayLike<number>;

const countOf = (counts: Counts, expected: number, answered: number): number =>
  counts[cellOf(expected, answered)]!;

/** Sums of a matrix: of each row, of each column, of all cells and of the diagonal. */
interface Margins {
  expected: Float64Array;
  answered: Float64Array;
  total: number;
  right: number;
}

function marginsOf(counts: Counts): Margins {
  const expected = new Float64Array(COLUMNS);
  const answered = new Float64Array(COLUMNS);
  let total = 0;
  let right = 0;
  for (let row = 0; row < LABELS_MAX; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const count = countOf(counts, row, column);
      expected[row]! += count;
      answered[column]! += count;
      total += count;
    }
    right += countOf(counts, row, row);
  }
  return { expected, answered, total, right };
}

/** Returns 2 · right / (expected + answered), as scikit-learn's f1_score; 0 if neither occurs. */
const f1Of = (right: number, expected: number, answered: number): number =>
  expected + answered === 0 ? 0 : (2 * right) / (expected + answered);

/** Returns the mean F1 of the labels that were expected or answered (scikit-learn, `f1_score(average="macro")`). */
export function macroF1(counts: Counts): number {
  const { expected, answered } = marginsOf(counts);
  let [sum, labels] = [0, 0];
  for (let label = 0; label < LABELS_MAX; label++) {
    if (expected[label]! + answered[label]! === 0) continue;
    sum += f1Of(countOf(counts, label, label), expected[label]!, answered[label]!);
    labels++;
  }
  return labels === 0 ? 0 : sum / labels;
}

const dot = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

/**
 * Returns Matthews' correlation coefficient for several labels (Gorodkin, Comput. Biol. Chem. 28, 2004; scikit-learn,
 * `matthews_corrcoef`). Answers that are no label are a label of their own. 0 if all expected, or all answered, labels
 * are the same.
 */
export function mcc(counts: Counts): number {
  const { expected, answered, total, right } = marginsOf(counts);
  const covariance = right * total - dot(expected, answered);
  const spread = (total ** 2 - dot(answered, answered)) * (total ** 2 - dot(expected, expected));
  return spread === 0 ? 0 : covariance / Math.sqrt(spread);
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Returns the matrix and all its figures, in the order of the labels. */
export function confusionOf(counts: Counts, labels: readonly string[]): Confusion {
  const { expected, answered, total, right } = marginsOf(counts);
  const indices = [...labels.keys()];
  return {
    labels: [...labels],
    matrix: indices.map((row) => indices.map((column) => countOf(counts, row, column))),
    no_label: indices.map((row) => countOf(counts, row, NO_LABEL)),
    per_label: indices.map((index) => {
      const hits = countOf(counts, index, index);
      return {
        label: labels[index]!,
        support: expected[index]!,
        precision: shareOf(hits, answered[index]!),
        recall: shareOf(hits, expected[index]!),
        f1: f1Of(hits, expected[index]!, answered[index]!),
      };
    }),
    accuracy: shareOf(right, total),
    macro_f1: macroF1(counts),
    mcc: mcc(counts),
  };
}
