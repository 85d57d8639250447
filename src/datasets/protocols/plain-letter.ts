import { indexOfLetter } from "../../domain/choice-letters.ts";
import { strip } from "./python-text.ts";

/** Python's `string.punctuation`. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/**
 * The first line of an output, if it is but one of the letters, case and punctuation aside: the filter `get_response`
 * and the metric `exact_match` (`ignore_case`, `ignore_punctuation`) of lm-evaluation-harness.
 */
export function plainLetter(output: string, count: number): string | null {
  const [line = ""] = output.split("\n", 1);
  const letter = strip(line).replace(PUNCTUATION, "").toUpperCase();
  return /^[A-Z]$/.test(letter) && indexOfLetter(letter) < count ? letter : null;
}
