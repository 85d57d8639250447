/** The most characters that a cell of Excel and its like can hold. */
export const CELL_MAX = 32_767;

/**
 * Text that a spreadsheet would run as a formula, after OWASP's "CSV Injection": an operator comes first, or a tab or
 * line break. Blanks and invisible characters before the operator hide it from a reader, not from every spreadsheet.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@＝＋－＠])/u;
/** A signed number. Spreadsheets read it as a number, not as a formula, and answers may well be signed numbers. */
const SIGNED_FIGURE = /^ *[-+][\d.,]*\d[\d.,]*(?:e[-+]?\d+)?%? *$/i;

/** Puts an apostrophe before text that would run as a formula. Models write the outputs, so they can't be trusted. */
const disarmed = (text: string): string =>
  FORMULA.test(text) && !SIGNED_FIGURE.test(text) ? `'${text}` : text;

/** A text as a cell holds it, and whether it had to be cut. */
export interface Cell {
  text: string;
  cut: boolean;
}

/** Returns a text as the cell of a spreadsheet: disarmed, and cut with a mark at its end if it is too long for a cell. */
export function cellOf(text: string): Cell {
  const whole = disarmed(text);
  if (whole.length <= CELL_MAX) return { text: whole, cut: false };
  const mark = `… [cut: ${text.length} characters]`;
  // Half of a surrogate pair would be no valid text.
  const kept = whole.slice(0, CELL_MAX - mark.length).replace(/[\uD800-\uDBFF]$/, "");
  return { text: kept + mark, cut: true };
}
