// `JSON.parse` keeps the last of two fields with one name, and does not tell. These functions read the text again.
const QUOTE = '"';
const [QUOTE_CODE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09]);

/** Returns the index behind the string that begins with the quote at `start`. Its content is skipped natively. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf(QUOTE, start + 1); quote !== -1; quote = text.indexOf(QUOTE, quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    // An even number of backslashes escape each other, and not the quote.
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}

/** Returns whether the string that ends before `end` is the name of a field. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (BLANKS.has(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

/** Returns the number of fields in a valid JSON text, counting each repetition. Takes time linear in its length. */
export function countFields(text: string): number {
  let count = 0;
  for (let start = text.indexOf(QUOTE); start !== -1; ) {
    const end = endOfString(text, start);
    if (isName(text, end)) count++;
    start = text.indexOf(QUOTE, end);
  }
  return count;
}

/** An object or a list that the scan is in. */
interface Container {
  /** The names that occurred; null in a list. */
  names: Set<string> | null;
  /** The name or the index of the present item. */
  item: string | number;
}

/** Returns the path of the first field that its object has twice, such as `items.3.input`; undefined without one. */
export function findRepeatedField(text: string): string | undefined {
  const containers: Container[] = [];
  for (let at = 0; at < text.length; at++) {
    const inside = containers.at(-1);
    switch (text.charCodeAt(at)) {
      case BRACE:
        containers.push({ names: new Set(), item: "" });
        break;
      case BRACKET:
        containers.push({ names: null, item: 0 });
        break;
      case BRACE_END:
      case BRACKET_END:
        containers.pop();
        break;
      case COMMA:
        if (typeof inside?.item === "number") inside.item++;
        break;
      case QUOTE_CODE: {
        const end = endOfString(text, at);
        if (inside?.names && isName(text, end)) {
          const name = JSON.parse(text.slice(at, end)) as string;
          inside.item = name;
          if (inside.names.has(name)) return containers.map(({ item }) => item).join(".");
          inside.names.add(name);
        }
        at = end - 1;
      }
    }
  }
  return undefined;
}
