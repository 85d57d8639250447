import type { Scorable } from "../../metric.ts";

/** The texts of a sample that a judge may receive. */
export type TextName = "input" | "output" | "expected" | "context";
/** Texts by their names in the prompt. */
export type Texts = Readonly<Record<string, unknown>>;

const isBlank = (text: string): boolean => text.trim() === "";

const listOf = (text: string | readonly string[] | undefined): readonly string[] =>
  text === undefined ? [] : [text].flat();

export const hasText = (sample: Scorable, name: TextName): boolean =>
  listOf(sample[name]).some((text) => !isBlank(text));

/** Returns the named texts. Several passages or references stay a list; a single reference becomes a string. */
export const textsOf = (sample: Scorable, names: readonly TextName[]): Texts =>
  Object.fromEntries(
    names.map((name) => {
      const text = sample[name] ?? null;
      return [name, name === "expected" && text?.length === 1 ? text[0] : text];
    }),
  );

const MISSING: Readonly<Record<TextName, string>> = {
  input: "the input is empty",
  output: "the output is empty",
  expected: "the sample has no expected answer",
  context: "the sample has no context",
};

/** Returns why a sample that lacks one of these texts cannot be judged; undefined if it can. */
export function whatIsMissing(sample: Scorable, needs: readonly TextName[]): string | undefined {
  const missing = needs.find((name) => !hasText(sample, name));
  if (missing) return MISSING[missing];
  return needs.includes("expected") && sample.choices
    ? "a multiple-choice sample's reference is a letter, not a text"
    : undefined;
}

/** Returns the beginning of a foreign text in one line, safe to show and store. */
export function excerpt(text: string, length: number): string {
  const line = text
    .slice(0, length * 4)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return (line.length > length ? `${line.slice(0, length - 1)}…` : line).toWellFormed();
}
