const MARK = "####";

/** A reference as it is compared: GSM8K's own solutions end in `#### n`, and are read as n. */
export function referenceText(reference: string): string {
  const mark = reference.lastIndexOf(MARK);
  if (mark < 0) return reference;
  const lineStart = reference.lastIndexOf("\n", mark) + 1;
  const last = reference.slice(mark + MARK.length).trim();
  const isOwnLine = reference.slice(lineStart, mark).trim() === "" && !reference.startsWith("#", mark - 1);
  return isOwnLine && last !== "" && !last.includes("\n") ? last : reference;
}
