/** Whether there is a vector for each text, all of one length, of finite numbers. */
export function areWholeVectors(vectors: readonly number[][], count: number): boolean {
  const length = vectors[0]?.length ?? 0;
  return (
    vectors.length === count &&
    vectors.every((vector) => vector.length === length && length > 0 && vector.every(Number.isFinite))
  );
}
