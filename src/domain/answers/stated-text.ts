/** So much of what follows a mark is looked at. */
const LINE_MAX = 4000;
const DECORATION = " \t\r\n*_`";

/** Trims blanks and markdown; a regular expression would take quadratic time for long runs of blanks. */
export function bare(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && DECORATION.includes(text.charAt(start))) start++;
  while (end > start && DECORATION.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** A line that only opens a formula or a block of code: what it holds stands on the next line. */
const OPENS_BLOCK = /^(?:\\\[|\$\$|```\w*)$/;

/** The first line behind an offset that holds something. */
export function lineBehind(output: string, end: number): string {
  const lines = bare(output.slice(end, end + LINE_MAX)).split("\n", 3);
  const [first = "", second = ""] = lines;
  return bare(OPENS_BLOCK.test(first.trim()) ? second : first);
}

/** What ends in a full stop that ends no sentence: an initial, a title, "v." and the like. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{Lu}|St|Mt|Ft|Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Col|Lt|Capt|Gov|Sen|v|vs|Jr|Sr|approx|Inc|Ltd|Co|e\.g|i\.e|U\.S|U\.K)$/u;
/** A full stop, question or exclamation mark before a blank, or one of Chinese and Japanese. */
const SENTENCE_END = /[.!?](?=\s|$)|[。｡！？]/gu;

/** A text up to the end of its first sentence. */
export function firstSentence(line: string): string {
  for (const { index } of line.matchAll(SENTENCE_END))
    if (line.charAt(index) !== "." || !ABBREVIATION.test(line.slice(0, index))) return line.slice(0, index);
  return line;
}

/** Where a statement goes over to its reason. */
const REASON = /(?:,\s*|\s+)(?:because|since|as|for the reason|due to|weil|da|porque|parce que)\s/i;
/** A text in quotes from end to end. */
const QUOTED = /^["'“‘«](.+)["'”’»]$/u;

/** What a sentence states behind its "the answer is": without its reason, quotes and markdown. */
export function stated(output: string, end: number): string {
  const [line = ""] = output
    .slice(end, end + LINE_MAX)
    .replace(/^\s+/, "")
    .split("\n", 1);
  const [claim = ""] = firstSentence(line).split(REASON, 1);
  const content = bare(claim).replace(/^[:：]\s*/, "");
  return QUOTED.exec(content)?.[1] ?? content;
}

/** Answers to a question that is decided, in the languages of the marks. */
const VERDICTS = "yes|no|true|false|valid|invalid|ja|nein|oui|non|sí|sim|não|да|нет";
const BEGINS_WITH_VERDICT = new RegExp(String.raw`^(${VERDICTS})\s*[,;:.–—-]\s`, "iu");
const ONLY_A_VERDICT = new RegExp(`^(?:${VERDICTS})[.!]?$`, "iu");

/** The verdict of "No, because …" if all references are such words; undefined otherwise. */
export function verdictOf(content: string, expected: readonly string[]): string | undefined {
  const asked = expected.length > 0 && expected.every((reference) => ONLY_A_VERDICT.test(reference.trim()));
  return asked ? BEGINS_WITH_VERDICT.exec(content)?.[1] : undefined;
}

const WITHOUT_FORMULA_MARKS = /^(?:\$\$?|\\\(|\\\[)\s*([^$]*?)\s*(?:\$\$?|\\\)|\\\])\.?$/;
/** A text without the marks of a formula that is the whole of it. */
export const withoutFormulaMarks = (content: string): string =>
  WITHOUT_FORMULA_MARKS.exec(content)?.[1] ?? content;
