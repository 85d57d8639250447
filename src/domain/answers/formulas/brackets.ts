const OPENING = "([{";
const CLOSING = ")]}";

/** The place behind a backslash command: `\{` and `\sin` are one sign. */
function endOfSign(text: string, at: number): number {
  if (text.charAt(at) !== "\\") return at + 1;
  const [letters = ""] = /^[A-Za-z]+/.exec(text.slice(at + 1, at + 30)) ?? [];
  return at + 1 + Math.max(1, letters.length);
}

/** The change of depth at one sign: `\{` and `\langle` are brackets, too. */
function stepOf(sign: string): number {
  const bare = sign.replace("\\", "");
  if ((bare.length === 1 && OPENING.includes(bare)) || sign === "\\langle" || sign === "\\begin") return 1;
  if ((bare.length === 1 && CLOSING.includes(bare)) || sign === "\\rangle" || sign === "\\end") return -1;
  return 0;
}

/** A separator that stands in no bracket, with its place. */
export interface Separator {
  start: number;
  end: number;
  sign: string;
}

/** Finds where a pattern (sticky) matches outside of all brackets. */
export function outsideBrackets(text: string, pattern: RegExp): Separator[] {
  const found: Separator[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const [sign] = depth === 0 ? (pattern.exec(text) ?? []) : [];
    if (sign) {
      found.push({ start: at, end: at + sign.length, sign });
      at += sign.length;
      continue;
    }
    const end = endOfSign(text, at);
    depth = Math.max(0, depth + stepOf(text.slice(at, end)));
    at = end;
  }
  return found;
}

/** Splits a text at separators; the parts are trimmed. */
export function splitAt(text: string, separators: readonly Separator[]): string[] {
  const starts = [0, ...separators.map(({ end }) => end)];
  const ends = [...separators.map(({ start }) => start), text.length];
  return starts.map((start, index) => text.slice(start, ends[index]).trim());
}

/** A text that one pair of brackets encloses as a whole. */
export interface Enclosed {
  /** The two brackets without backslashes; `<>` are angle brackets. */
  brackets: string;
  inner: string;
}

const WHOLE = /^(\\\{|\\langle(?![A-Za-z])|[([{])([\s\S]*?)(\\\}|\\rangle|[)\]}])$/;

const bracketOf = (sign: string): string =>
  ({ "\\langle": "<", "\\rangle": ">" })[sign] ?? sign.replace("\\", "");

/** Returns what a pair of brackets around the whole text encloses, in any mixture as of intervals; null if none does. */
export function enclosedIn(text: string): Enclosed | null {
  const [, open, inner = "", close] = WHOLE.exec(text) ?? [];
  if (open === undefined || close === undefined) return null;
  let depth = 0;
  for (let at = 0; at < inner.length; ) {
    const end = endOfSign(inner, at);
    depth += stepOf(inner.slice(at, end));
    if (depth < 0) return null;
    at = end;
  }
  return depth === 0 ? { brackets: bracketOf(open) + bracketOf(close), inner } : null;
}
