import { type Matcher, RE2JS, RE2JSException } from "re2js";
import { badField } from "./errors.ts";

export const PATTERN_MAX = 1000;

/** The most steps of the matching automaton: one or two seconds at worst. */
export const STEPS_MAX = 1e8;

/** A regular expression whose matching time is linear in the length of the text. */
export interface Pattern {
  /** The size of the automaton: a match takes at most this many steps per character. */
  readonly size: number;
  /** Whether it matches anywhere in the text; null if that might take more than STEPS_MAX steps. */
  test(text: string): boolean | null;
  /**
   * Returns the first group, or the whole match of a pattern without groups, of the first or the last match; undefined if
   * there is none; null if finding it might take more than STEPS_MAX steps.
   */
  find(text: string, which: "first" | "last"): string | null | undefined;
}

export interface PatternFlags {
  ignore_case?: boolean;
  /** Whether ^ and $ also match at the ends of lines. */
  multiline?: boolean;
  /** Whether . also matches a line break. */
  dot_all?: boolean;
}

/**
 * Compiles a pattern in RE2's syntax, which has no look-around and no back-references. Throws BAD_REQUEST naming
 * `field` for an invalid pattern.
 */
export function compilePattern(pattern: string, field: string, flags: PatternFlags = {}): Pattern {
  const compiled = compile(pattern, field, flags);
  const size = compiled.programSize();
  return {
    size,
    test: (text) => (text.length * size > STEPS_MAX ? null : compiled.test(text)),
    find(text, which) {
      if (text.length * size > STEPS_MAX) return null;
      const matcher = compiled.matcher(text);
      if (which === "last") return lastMatch(matcher, text, size);
      return matcher.find() ? groupOf(matcher) : undefined;
    },
  };
}

const groupOf = (matcher: Matcher): string | undefined =>
  (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group(0)) ?? undefined;

/**
 * Each search for a further match may look through all the rest of the text, so that many matches take quadratic time. If
 * they might take more than half of STEPS_MAX steps together, the search goes on in an end of the text that takes at most the
 * other half; null if that end has no match.
 */
function lastMatch(matcher: Matcher, { length }: string, size: number): string | null | undefined {
  const tail = Math.max(0, length - Math.floor(Math.sqrt(STEPS_MAX / size)));
  let found: string | undefined;
  let steps = 0;
  while (matcher.find()) {
    found = groupOf(matcher);
    steps += (length - matcher.end()) * size;
    if (steps <= STEPS_MAX / 2 || matcher.end() >= tail) continue;
    if (!matcher.find(tail)) return null;
    found = groupOf(matcher);
  }
  return found;
}

function compile(pattern: string, field: string, flags: PatternFlags): RE2JS {
  try {
    return RE2JS.compile(pattern, bitsOf(flags));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw badField(field, `is not a valid RE2 regular expression: ${error.message}`, {
      accepted: "RE2's syntax, without look-around and back-references",
    });
  }
}

const bitsOf = ({ ignore_case, multiline, dot_all }: PatternFlags): number =>
  (ignore_case ? RE2JS.CASE_INSENSITIVE : 0) |
  (multiline ? RE2JS.MULTILINE : 0) |
  (dot_all ? RE2JS.DOTALL : 0);
