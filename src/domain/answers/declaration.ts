import type { ReadBy } from "./rules.ts";

/** One place of an output that declares a choice. */
export interface ChoiceDeclaration {
  start: number;
  rule: ReadBy;
  /** The letter; null if the place names several, or none of the choices. */
  letter: string | null;
  finding?: string;
}

/** Words with which a model takes back what it has just said. */
const CORRECTION =
  /\b(?:wait|actually|correction|sorry|however|on second thought|let me (?:re|double)|oops|i made|mistake|but no|no,)/i;

/** Whether a text takes back what stands before it. */
export const takesBack = (text: string): boolean => CORRECTION.test(text);

export const SEVERAL = "it names several choices";

/** Returns the declaration that stands last; of two at one place the later in the list; undefined if there is none. */
export const lastDeclared = <Place extends { start: number }>(found: readonly Place[]): Place | undefined =>
  found.reduce<Place | undefined>(
    (latest, each) => (!latest || each.start >= latest.start ? each : latest),
    undefined,
  );
