import { letterOf } from "../choice-letters.ts";

/** A shorter text of a choice may stand in any sentence. */
const TEXT_MIN = 3;
/** So many places of one choice's text are looked at. */
const PLACES_MAX = 50;
const REACH = 120;

/** Words that make a sentence speak against the choice that it names. */
const AGAINST =
  /\b(?:not|never|incorrect|wrong|false|unlike|unlikely|except|rather than|instead of|rules? out|ruled out|exclud\w+|eliminat\w+)\b|n['’]t\b/i;

/** The sentence round a place, as far as it is within reach. */
function sentenceRound(output: string, start: number, end: number): string {
  const before =
    output
      .slice(Math.max(0, start - REACH), start)
      .split(/[.!?。！？\n]\s/u)
      .at(-1) ?? "";
  const [after = ""] = output.slice(end, end + REACH).split(/[.!?。！？]\s|\n/u, 1);
  return before + output.slice(start, end) + after;
}

/** Whether a choice's letter stands in brackets behind its text, or with a bracket or a dot before it. */
function standsByLetter(output: string, start: number, end: number, letter: string): boolean {
  const before = output.slice(Math.max(0, start - 6), start);
  const after = output.slice(end, end + 6);
  return (
    new RegExp(String.raw`^[*_]{0,2}\s?\(${letter}\)`).test(after) ||
    new RegExp(String.raw`(?:^|[\s(*])${letter}[).:]\)?[*_]{0,2}\s$`).test(before)
  );
}

function isNamed(output: string, choice: string, letter: string): boolean {
  const [lower, wanted] = [output.toLowerCase(), choice.trim().toLowerCase()];
  if (wanted.length < TEXT_MIN || lower.length !== output.length) return false;
  let start = lower.indexOf(wanted);
  for (let place = 0; start >= 0 && place < PLACES_MAX; place++) {
    const end = start + wanted.length;
    if (standsByLetter(output, start, end, letter) && !AGAINST.test(sentenceRound(output, start, end)))
      return true;
    start = lower.indexOf(wanted, end);
  }
  return false;
}

/**
 * Finds the letters of the choices that sentences name by letter and text together, such as "an arteriovenous fistula (D)",
 * and do not speak against. Linear in the output's length times the number of choices.
 */
export const lettersNamedByText = (output: string, choices: readonly string[]): string[] =>
  choices.flatMap((choice, index) => (isNamed(output, choice, letterOf(index)) ? [letterOf(index)] : []));
