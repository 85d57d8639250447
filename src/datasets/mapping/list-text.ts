/** One quoted item as Python prints it, with the comma or white space before it. */
const ITEM = /\s*(?:(,)\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")(?=[\s,\]])/sy;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs;
const ESCAPED: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/** Reverses the escapes of Python's `repr`; undefined for an escape that `repr` does not write. */
function withoutEscapes(text: string): string | undefined {
  let known = true;
  const unescaped = text.replace(
    ESCAPE,
    (_, byte?: string, short?: string, long?: string, other?: string) => {
      const code = Number.parseInt(byte ?? short ?? long ?? "0", 16);
      known &&= other === undefined ? code <= 0x10ffff : other in ESCAPED;
      return !known ? "" : other === undefined ? String.fromCodePoint(code) : (ESCAPED[other] ?? "");
    },
  );
  return known ? unescaped : undefined;
}

/**
 * Reads a list as Python (`['a', "it's"]`) or numpy (`['a' 'b']`, also over several lines) prints it. The text must
 * be unambiguous: every item is quoted, and commas stand between all items or between none.
 */
function parsePrinted(text: string): string[] | undefined {
  const items: string[] = [];
  const commas: boolean[] = [];
  ITEM.lastIndex = 1;
  let end = 1;
  for (let match = ITEM.exec(text); match; match = ITEM.exec(text)) {
    const item = withoutEscapes(match[2] ?? match[3] ?? "");
    if (item === undefined) return undefined;
    items.push(item);
    commas.push(match[1] === ",");
    end = ITEM.lastIndex;
  }
  const [before, ...between] = commas;
  if (before !== false || !/^\s*\]$/.test(text.slice(end))) return undefined;
  return between.every((comma) => comma === between[0]) ? items : undefined;
}

function parseJson(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Returns the items of a list in one text: a JSON array, or a list as Python or numpy prints it; undefined for
 * anything else.
 */
export function parseListText(text: string): unknown[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) return undefined;
  // JSON has no single quotes, and a failed attempt to parse costs far more than the reading.
  const json = /^\[\s*'/.test(trimmed) ? undefined : parseJson(trimmed);
  return json ?? parsePrinted(trimmed);
}
