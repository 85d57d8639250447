import {
  EXPECTED_FORMS,
  type ExpectedForm,
  indexOfLetter,
  letterOf,
  type SampleInput,
} from "../../domain/dataset.ts";

export type ExpectedValue = NonNullable<SampleInput["expected"]>;

/** The expected answer of a multiple-choice sample, as it was sent. */
export interface ChoiceAnswer {
  value: ExpectedValue;
  choices: readonly string[];
}

/** Why a value is no answer, and what would be one. */
interface ExpectedFault {
  fault: string;
  accepted: unknown;
}

const shown = (value: unknown): string => `'${String(value).slice(0, 100)}'`;

/** Why a number can't be taken as it was written: beyond 2^53 JSON's are rounded, so that 2^53 + 1 would be 2^53. */
export const roundedFault = (value: unknown): string | null =>
  Number.isInteger(value) && !Number.isSafeInteger(value)
    ? "is a number beyond 2^53, which JSON rounds: put it in quotes"
    : null;

/** The place a value points at if it is read as a zero-based index; it may lie outside the choices. */
function asIndex(value: ExpectedValue): number | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  return typeof value === "string" && /^\s*-?(?:0|[1-9]\d{0,8})\s*$/.test(value) ? Number(value) : null;
}

/** The same for a letter of either case. */
const asLetter = (value: ExpectedValue): number | null =>
  typeof value === "string" && /^\s*[A-Za-z]\s*$/.test(value) ? indexOfLetter(value.trim()) : null;

const PLACE = { index: asIndex, letter: asLetter };

/** A list of one is its item. */
const single = (value: ExpectedValue): ExpectedValue =>
  Array.isArray(value) && value.length === 1 ? (value[0] ?? value) : value;

function placesOfText(text: string, choices: readonly string[]): number[] {
  const places = [...choices.keys()];
  const exact = places.filter((place) => choices[place] === text);
  return exact.length > 0 ? exact : places.filter((place) => choices[place]?.trim() === text.trim());
}

/** The choices that a value may mean, read in one form. */
function placesOf({ value, choices }: ChoiceAnswer, form: ExpectedForm): number[] {
  const one = single(value);
  if (Array.isArray(one)) return [];
  if (form === "text") return placesOfText(String(one), choices);
  const place = PLACE[form](one);
  return place !== null && place >= 0 && place < choices.length ? [place] : [];
}

/** The letter of the choice that a value means, read in one form; null if it means none, or two of one text. */
export function expectedLetter(answer: ChoiceAnswer, form: ExpectedForm): string | null {
  const [place, another] = placesOf(answer, form);
  return place === undefined || another !== undefined ? null : letterOf(place);
}

/**
 * How a whole column of multiple-choice answers is read: as zero-based indices if all of them are whole numbers
 * inside their choices, as letters if all are letters inside them, else as text. `forms` are those that the answers
 * before this one allow, in this order of preference; answered is what is left of them.
 */
export const allowedForms = (forms: readonly ExpectedForm[], answer: ChoiceAnswer): readonly ExpectedForm[] =>
  forms.filter((form) => form === "text" || placesOf(answer, form).length > 0);

/**
 * Whether an answer that is an index or a letter may as well be meant as the text of a choice. A number is none: whoever
 * sends one means an index.
 */
export const readsAsText = (answer: ChoiceAnswer): boolean =>
  typeof single(answer.value) !== "number" && expectedLetter(answer, "text") !== null;

/** What is wrong with an answer that two forms read as different choices, where nothing tells which is meant. */
export function faultOfTwoReadings(answer: ChoiceAnswer, form: ExpectedForm): ExpectedFault {
  const [place, other] = [expectedLetter(answer, form), expectedLetter(answer, "text")];
  return {
    fault:
      `${shown(answer.value)} is the ${form} of choice ${place} and the text of choice ${other}, and so could all ` +
      `answers be read either way: say 'expected_as' which is meant`,
    accepted: { expected_as: [form, "text"] },
  };
}

const ACCEPTED = {
  index: (choices: readonly string[]) => ({ minimum: 0, maximum: choices.length - 1 }),
  letter: (choices: readonly string[]) => choices.map((_, index) => letterOf(index)),
  text: (choices: readonly string[]) => choices.map((choice) => choice.slice(0, 100)),
};

const WANTED = {
  index: ({ length }: readonly string[]) => `the index of a choice, 0 to ${length - 1}`,
  letter: ({ length }: readonly string[]) => `the letter of a choice, A to ${letterOf(length - 1)}`,
  text: () => "the text of a choice",
};

/** Why a value is not one answer in any of some forms. */
function faultOf(answer: ChoiceAnswer, forms: readonly ExpectedForm[]): ExpectedFault {
  const { choices } = answer;
  const value = single(answer.value);
  const accepted = Object.fromEntries(forms.map((form) => [form, ACCEPTED[form](choices)]));
  if (Array.isArray(value))
    return { fault: `holds ${value.length} references, but one choice is right`, accepted };
  const [first, second] = forms.includes("text") ? placesOf(answer, "text").map(letterOf) : [];
  if (second)
    return {
      fault: `${shown(value)} is the text of both ${first} and ${second}: give letters or indices`,
      accepted,
    };
  return {
    fault: `${shown(value)} is not ${forms.map((form) => WANTED[form](choices)).join(", nor ")}`,
    accepted,
  };
}

/**
 * The answer to blame for a column that can't be read, and why: the first that has none of the forms allowed, else
 * `failed`, the first that is no text.
 */
export function blame<Answer extends ChoiceAnswer>(
  answers: readonly Answer[],
  failed: Answer,
  declared?: ExpectedForm,
) {
  const forms = declared ? [declared] : EXPECTED_FORMS;
  const odd = answers.find((answer) => forms.every((form) => expectedLetter(answer, form) === null));
  if (odd) return { answer: odd, ...faultOf(odd, forms) };
  const { fault, accepted } = faultOf(failed, ["text"]);
  const reason = "the answers are read as texts, for not all are indices, nor all letters";
  return { answer: failed, fault: `${fault}; ${reason}`, accepted };
}

/** The references of a sample without choices: its text or texts; of a number, its decimal form. */
export const referencesOf = (value: ExpectedValue): string[] => [value].flat().map(String);
