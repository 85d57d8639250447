/** The closing marks of the quotation marks that models write strings with. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”" };

/** Whether a character begins a string: any but a plain quotation mark only where a key or a value may stand. */
export const beginsString = (character: string, previous: string): boolean =>
  character === '"' || (Object.hasOwn(CLOSING, character) && "{[,:，：".includes(previous));

/** A letter behind a single quotation mark makes it an apostrophe. */
const isApostrophe = (text: string, index: number): boolean =>
  text[index] === "'" && /\p{L}/u.test(text.charAt(index + 1));

/** Returns the index of the mark that ends the string begun at `start`; the text's length if there is none. */
export function endOfString(text: string, start: number): number {
  const closing = CLOSING[text.charAt(start)];
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === closing && !isApostrophe(text, index)) return index;
  }
  return text.length;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };
const ESCAPE = /\\(?:u([0-9a-f]{4})|([\s\S]))/gi;

/** Resolves the escapes of a string's content. An unknown one, as in a formula, stays as it is written. */
export const unescaped = (content: string): string =>
  content.replace(ESCAPE, (written, hexadecimal: string | undefined, character: string) => {
    if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
    if (/["'\\/“”]/.test(character)) return character;
    return ESCAPED[character] ?? written;
  });
