const MARK = /(?<![A-Za-z])answer[*_`"']{0,4}\s{0,8}[:：]/gi;
const DECORATION = " \t\r>*_#`-–•\"'([";
const DECORATION_MAX = 16;

/** Whether nothing but decoration stands before an offset on its line. */
function isAnchored(output: string, offset: number): boolean {
  for (let at = offset - 1; at >= offset - DECORATION_MAX; at--) {
    if (at < 0 || output[at] === "\n") return true;
    if (!DECORATION.includes(output[at] ?? "")) return false;
  }
  return false;
}

/**
 * Where an output says `ANSWER:`, in any case and with markdown about it: the offsets behind the colon, the
 * marks that begin a line apart from those anywhere, each the last one first. Linear in the output's length.
 */
export function answerMarks(output: string): { anchored: number[]; inline: number[] } {
  const anchored: number[] = [];
  const inline: number[] = [];
  for (const { index, 0: mark } of output.matchAll(MARK)) {
    (isAnchored(output, index) ? anchored : inline).push(index + mark.length);
  }
  return { anchored: anchored.reverse(), inline: inline.reverse() };
}
