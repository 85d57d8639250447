import { indexOfLetter, letterOf } from "../../domain/choice-letters.ts";
import { EXPECTED_FORMS, type ExpectedForm, type SampleInput } from "../../domain/dataset.ts";

export type ExpectedValue = NonNullable<SampleInput["expected"]>;

/** The expected answer of a multiple-choice sample, as received. */
export interface ChoiceAnswer {
  value: ExpectedValue;
  choices: readonly string[];
}

/** Why a value is not an answer, and which values are. */
interface ExpectedFault {
  fault: string;
  accepted: unknown;
}

const quoted = (value: unknown): string => `'${String(value).slice(0, 100)}'`;

/**
 * Returns why a number cannot be read exactly: JSON rounds whole numbers beyond 2^53, so that 2^53 + 1 becomes
 * 2^53. Null for any other value.
 */
export const roundedFault = (value: unknown): string | null =>
  Number.isInteger(value) && !Number.isSafeInteger(value)
    ? "is a number beyond 2^53, which JSON rounds; put it in quotes"
    : null;

/** Returns a value as a zero-based index, which may be outside the choices; null if it is none. */
function asIndex(value: ExpectedValue): number | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  return typeof value === "string" && /^\s*-?(?:0|[1-9]\d{0,8})\s*$/.test(value) ? Number(value) : null;
}

/** Like `asIndex`, for a letter of either case. */
const asLetter = (value: ExpectedValue): number | null =>
  typeof value === "string" && /^\s*[A-Za-z]\s*$/.test(value) ? indexOfLetter(value.trim()) : null;

const PLACE = { index: asIndex, letter: asLetter };

/** Returns the item of a list with one item; any other value unchanged. */
const single = (value: ExpectedValue): ExpectedValue =>
  Array.isArray(value) && value.length === 1 ? (value[0] ?? value) : value;

function placesOfText(text: string, choices: readonly string[]): number[] {
  const places = [...choices.keys()];
  const exact = places.filter((place) => choices[place] === text);
  return exact.length > 0 ? exact : places.filter((place) => choices[place]?.trim() === text.trim());
}

/** Returns the places of the choices that a value means in one form. */
function placesOf({ value, choices }: ChoiceAnswer, form: ExpectedForm): number[] {
  const one = single(value);
  if (Array.isArray(one)) return [];
  if (form === "text") return placesOfText(String(one), choices);
  const place = PLACE[form](one);
  return place !== null && place >= 0 && place < choices.length ? [place] : [];
}

/**
 * Returns the letter of the choice that a value means in one form; null if it means none, or several with the same
 * text.
 */
export function expectedLetter(answer: ChoiceAnswer, form: ExpectedForm): string | null {
  const [place, another] = placesOf(answer, form);
  return place === undefined || another !== undefined ? null : letterOf(place);
}

/**
 * Returns the forms that this answer still allows for the whole column; `forms` are those that earlier answers
 * allow, in order of preference. A column is read as zero-based indices if all answers are whole numbers within
 * their choices, as letters if all are letters within them, else as text.
 */
export const allowedForms = (forms: readonly ExpectedForm[], answer: ChoiceAnswer): readonly ExpectedForm[] =>
  forms.filter((form) => form === "text" || placesOf(answer, form).length > 0);

/**
 * Whether an index or a letter could also be the text of a choice. A JSON number cannot: it always means an index.
 */
export const readsAsText = (answer: ChoiceAnswer): boolean =>
  typeof single(answer.value) !== "number" && expectedLetter(answer, "text") !== null;

/** Returns the fault of an answer that two forms read as different choices. */
export function faultOfTwoReadings(answer: ChoiceAnswer, form: ExpectedForm): ExpectedFault {
  const [place, other] = [expectedLetter(answer, form), expectedLetter(answer, "text")];
  return {
    fault:
      `${quoted(answer.value)} is the ${form} of choice ${place} and the text of choice ${other}, and all answers can be ` +
      `read both ways; state the meaning in 'expected_as'`,
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

/** Returns why a value is not a single answer in any of these forms. */
function faultOf(answer: ChoiceAnswer, forms: readonly ExpectedForm[]): ExpectedFault {
  const { choices } = answer;
  const value = single(answer.value);
  const accepted = Object.fromEntries(forms.map((form) => [form, ACCEPTED[form](choices)]));
  if (Array.isArray(value))
    return { fault: `has ${value.length} references, but only one choice can be right`, accepted };
  const [first, second] = forms.includes("text") ? placesOf(answer, "text").map(letterOf) : [];
  if (second)
    return {
      fault: `${quoted(value)} is the text of both ${first} and ${second}; give letters or indices`,
      accepted,
    };
  return {
    fault: `${quoted(value)} is not ${forms.map((form) => WANTED[form](choices)).join(", nor ")}`,
    accepted,
  };
}

/**
 * Returns the answer at fault in a column that cannot be read, and its fault: the first answer that has none of the
 * allowed forms, else `failed`, the first that is not a text.
 */
export function findFaultyAnswer<Answer extends ChoiceAnswer>(
  answers: readonly Answer[],
  failed: Answer,
  declared?: ExpectedForm,
) {
  const forms = declared ? [declared] : EXPECTED_FORMS;
  const odd = answers.find((answer) => forms.every((form) => expectedLetter(answer, form) === null));
  if (odd) return { answer: odd, ...faultOf(odd, forms) };
  const { fault, accepted } = faultOf(failed, ["text"]);
  const reason = "the answers are read as texts, because not all are indices, and not all are letters";
  return { answer: failed, fault: `${fault}; ${reason}`, accepted };
}

/** Returns the references of a sample without choices: its text or texts; a number becomes its decimal form. */
export const referencesOf = (value: ExpectedValue): string[] => [value].flat().map(String);
