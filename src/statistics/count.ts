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

/** Returns how many of the ascending values are at most the bound. */
export const countAtMost = (ascending: Float64Array, bound: number): number =>
  countWhile(ascending, (value) => value <= bound);

/** Returns how many of the ascending values are below the bound. */
export const countBelow = (ascending: Float64Array, bound: number): number =>
  countWhile(ascending, (value) => value < bound);
