/**
 * Returns Holm's adjusted p-values (Scand. J. Stat. 6, 1979), in the order of the given ones. Comparing them with a
 * level keeps the chance of any false finding at that level, however the tests depend on each other.
 */
export function adjustHolm(p_values: readonly number[]): number[] {
  const ascending = p_values
    .map((p_value, index) => ({ p_value, index }))
    .sort((a, b) => a.p_value - b.p_value);
  const adjusted = new Array<number>(p_values.length);
  let highest = 0;
  for (const [rank, { p_value, index }] of ascending.entries()) {
    highest = Math.max(highest, Math.min(1, p_value * (p_values.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}
