/** Returns the code points of a text; a lone surrogate counts as one. */
export function codePointsOf(text: string): Uint32Array {
  const points = new Uint32Array(text.length);
  let count = 0;
  for (let place = 0; place < text.length; place++) {
    const point = text.codePointAt(place)!;
    if (point > 0xffff) place++;
    points[count++] = point;
  }
  return points.subarray(0, count);
}
