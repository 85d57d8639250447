import { RE2JS, RE2JSException } from "re2js";
import { badField } from "../../base/errors.ts";

export const PATTERN_MAX = 1000;

/** Steps of the matching automaton at most: a second or two at worst. */
export const STEPS_MAX = 1e8;

/** A regular expression that takes time linear in the text's length. */
export interface Pattern {
  /** How many steps the automaton has: a match takes at most so many for each character. */
  readonly size: number;
  /** Whether it matches anywhere in the text; null where that might take more than STEPS_MAX steps. */
  test(text: string): boolean | null;
}

export interface PatternFlags {
  ignore_case?: boolean;
  /** Whether ^ and $ match at the ends of lines too. */
  multiline?: boolean;
  /** Whether . matches a new line. */
  dot_all?: boolean;
}

/** Compiles in RE2's syntax, which has no look-around and no back-references. BAD_REQUEST naming `field` if it is none. */
export function compilePattern(pattern: string, field: string, flags: PatternFlags = {}): Pattern {
  const compiled = compile(pattern, field, flags);
  const size = compiled.programSize();
  return { size, test: (text) => (text.length * size > STEPS_MAX ? null : compiled.test(text)) };
}

function compile(pattern: string, field: string, flags: PatternFlags): RE2JS {
  try {
    return RE2JS.compile(pattern, bitsOf(flags));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw badField(field, `is not a regular expression of RE2: ${error.message}`, {
      accepted: "RE2's syntax, without look-around and back-references",
    });
  }
}

const bitsOf = ({ ignore_case, multiline, dot_all }: PatternFlags): number =>
  (ignore_case ? RE2JS.CASE_INSENSITIVE : 0) |
  (multiline ? RE2JS.MULTILINE : 0) |
  (dot_all ? RE2JS.DOTALL : 0);
