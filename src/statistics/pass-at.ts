/** A sample's repeats: how many have a score, and how many of them are right. */
export interface Repeats {
  scored: number;
  right: number;
}

/**
 * Returns the chance that at least one of k answers is right: 1 − C(n − c, k) / C(n, k) for c right answers of n, the
 * unbiased estimator of Chen et al., "Evaluating large language models trained on code", arXiv 2107.03374, in the
 * product form of their figure 3. Null for fewer than k answers.
 */
export function passAt({ scored, right }: Repeats, k: number): number | null {
  if (scored < k) return null;
  let noneRight = 1;
  for (let number = scored - right + 1; number <= scored; number++) noneRight *= Math.max(0, 1 - k / number);
  return 1 - noneRight;
}

/**
 * Returns the chance that all of k answers are right: C(c, k) / C(n, k) for c right answers of n, the unbiased estimator
 * of pass^k (Yao et al., "τ-bench", arXiv 2406.12045). Null for fewer than k answers.
 */
export function passAll({ scored, right }: Repeats, k: number): number | null {
  if (scored < k) return null;
  let allRight = 1;
  for (let drawn = 0; drawn < k; drawn++) allRight *= Math.max(0, (right - drawn) / (scored - drawn));
  return allRight;
}
