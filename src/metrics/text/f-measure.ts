/** Returns the harmonic mean of precision and recall; 0 if nothing is shared. */
export function fMeasure(shared: number, given: number, wanted: number): number {
  if (shared === 0) return 0;
  const [precision, recall] = [shared / given, shared / wanted];
  return (2 * precision * recall) / (precision + recall);
}
