import { canonicalJson } from "../../../base/hash.ts";
import { beginsString, endOfString, unescaped } from "./strings.ts";

/** A value that a judge wrote, and a key that it gave twice with different values. */
export interface Written {
  value: unknown;
  repeated?: string;
}

/** The text is no value; whoever parses catches it. */
class NotJson extends Error {}

const DEPTH_MAX = 100;
const BLANKS = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?=[\s,，}\]/]|$)/iy;
const WORD = /[\p{L}_$][\p{L}\p{N}_$-]*/uy;
const LITERALS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, none: null };

/**
 * Parses one value as models write it: JSON; Python's `True`, `None` and single quotes; line breaks within strings;
 * comments, trailing commas, keys and words without quotes; full-width colons and commas. Undefined for anything else,
 * and for text behind the value. Nothing is completed.
 */
export function parseWritten(text: string): Written | undefined {
  try {
    return createReader(text).whole();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

function createReader(text: string) {
  let index = 0;
  let repeated: string | undefined;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = index;
    const found = pattern.exec(text)?.[0];
    index += found?.length ?? 0;
    return found;
  }

  function takeOne(characters: string): boolean {
    take(BLANKS);
    if (index >= text.length || !characters.includes(text.charAt(index))) return false;
    index++;
    return true;
  }

  function string(): string {
    const end = endOfString(text, index);
    if (end >= text.length) throw new NotJson();
    const content = text.slice(index + 1, end);
    index = end + 1;
    return unescaped(content);
  }

  const isString = (): boolean => beginsString(text.charAt(index), "{");

  function key(): string {
    take(BLANKS);
    const name = isString() ? string() : take(WORD);
    if (name === undefined || !takeOne(":：")) throw new NotJson();
    return name;
  }

  /** Reads items up to the closing bracket; the last may be followed by a comma. */
  function items<Item>(closing: string, item: () => Item): Item[] {
    const all: Item[] = [];
    index++;
    while (!takeOne(closing)) {
      all.push(item());
      if (takeOne(",，")) continue;
      if (!takeOne(closing)) throw new NotJson();
      break;
    }
    return all;
  }

  function object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const [name, each] of items("}", () => [key(), value(depth)] as const)) {
      if (entries.has(name) && canonicalJson(entries.get(name)) !== canonicalJson(each)) repeated ??= name;
      entries.set(name, each);
    }
    return Object.fromEntries(entries);
  }

  function scalar(): unknown {
    const number = take(NUMBER);
    if (number !== undefined) return Number(number);
    const word = take(WORD);
    if (word === undefined || /^(?:nan|infinity|undefined)$/i.test(word)) throw new NotJson();
    const literal = word.toLowerCase();
    return Object.hasOwn(LITERALS, literal) ? LITERALS[literal] : word;
  }

  function value(depth: number): unknown {
    if (depth > DEPTH_MAX) throw new NotJson();
    take(BLANKS);
    if (text[index] === "{") return object(depth + 1);
    if (text[index] === "[") return items("]", () => value(depth + 1));
    return isString() ? string() : scalar();
  }

  return {
    whole(): Written {
      const read = value(0);
      take(BLANKS);
      if (index < text.length) throw new NotJson();
      return repeated === undefined ? { value: read } : { value: read, repeated };
    },
  };
}
