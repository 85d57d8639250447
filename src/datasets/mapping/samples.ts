import { setImmediate as nextTurn } from "node:timers/promises";
import type { AppError, ErrorDetails } from "../../base/errors.ts";
import {
  EXPECTED_FORMS,
  type ExpectedForm,
  SAMPLES_MAX,
  type Sample,
  type SampleInput,
} from "../../domain/dataset.ts";
import {
  allowedForms,
  type ChoiceAnswer,
  type ExpectedValue,
  expectedLetter,
  faultOfTwoReadings,
  findFaultyAnswer,
  readsAsText,
  referencesOf,
  roundedFault,
} from "./expected.ts";

const SAMPLES_PER_TURN = 10_000;
/** As many as an upload has bytes. A mapping can read a column many times. */
const CHARACTERS_MAX = 256 * 1024 ** 2;

/** Locates a sample in the received data. */
export interface Locator {
  /** `line 7` or `sample 7`. */
  name(position: number): string;
  fault(position: number, part: keyof SampleInput, fault: string, more?: ErrorDetails): AppError;
}

interface Draft {
  sample: Sample;
  /** The position for the locator. */
  position: number;
}

type PendingAnswer = ChoiceAnswer & Draft;

function toSample({ id, input, choices, context, group, metadata }: SampleInput, row: number): Sample {
  return {
    id: String(id ?? row),
    input,
    ...(choices && { choices }),
    ...(context !== undefined && { context: [context].flat() }),
    ...(group !== undefined && { group }),
    ...(metadata && { metadata }),
  };
}

/** Shortens a value for an error. */
const shortened = (value: ExpectedValue): string | number =>
  typeof value === "number" ? value : String(value).slice(0, 100);

const lengthOf = ({ input, choices = [], expected = [], context = [] }: SampleInput): number =>
  [...choices, context, expected]
    .flat()
    .reduce<number>((sum, text) => sum + String(text).length, input.length);

async function refuseDuplicates(drafts: readonly Draft[], at: Locator): Promise<void> {
  const seen = new Map<string, number>();
  for (const [index, { sample, position }] of drafts.entries()) {
    if (index % SAMPLES_PER_TURN === 0) await nextTurn();
    const first = seen.get(sample.id);
    if (first !== undefined) {
      throw at.fault(position, "id", `'${sample.id}' is also the id of ${at.name(first)}`, {
        value: sample.id,
      });
    }
    seen.set(sample.id, position);
  }
}

/**
 * Creates samples from received data. Expected answers of multiple choice are read at the end, because a whole
 * column is read in one form. A sample without an id gets its number, from 0. Faults are thrown through the
 * locator.
 */
export function createSampleBuilder(at: Locator, expected_as?: ExpectedForm) {
  const drafts: Draft[] = [];
  const answers: PendingAnswer[] = [];
  let forms: readonly ExpectedForm[] = expected_as ? [expected_as] : EXPECTED_FORMS;
  /** Whether all answers so far could also be texts. */
  let allTexts = expected_as === undefined;
  let characters = 0;
  let hasIds = false;

  function explain(failed: PendingAnswer): AppError {
    const { answer, fault, accepted } = findFaultyAnswer(answers, failed, expected_as);
    return at.fault(answer.position, "expected", fault, { value: shortened(answer.value), accepted });
  }

  /** A wrong guess would make every score of the dataset wrong, and nothing would reveal it. */
  function refuseTwoReadings(form: ExpectedForm): void {
    const odd = answers.find((answer) => expectedLetter(answer, form) !== expectedLetter(answer, "text"));
    if (!odd) return;
    const { fault, accepted } = faultOfTwoReadings(odd, form);
    throw at.fault(odd.position, "expected", fault, { value: shortened(odd.value), accepted });
  }

  function checkLimits(input: SampleInput, position: number): void {
    characters += lengthOf(input);
    if (drafts.length === SAMPLES_MAX)
      throw at.fault(position, "input", `there are more than ${SAMPLES_MAX} samples, the maximum`);
    if (characters > CHARACTERS_MAX)
      throw at.fault(position, "input", "all samples together have more than 2^28 characters, the maximum");
  }

  function refuseRounded(input: SampleInput, position: number): void {
    for (const part of ["id", "expected"] as const) {
      const fault = roundedFault(input[part]);
      if (fault) throw at.fault(position, part, fault);
    }
  }

  function addExpected({ sample, position }: Draft, value: ExpectedValue): void {
    if (sample.choices) {
      const answer = { value, choices: sample.choices, sample, position };
      if (!expected_as) forms = allowedForms(forms, answer);
      allTexts &&= readsAsText(answer);
      answers.push(answer);
    } else if (expected_as === "index" || expected_as === "letter") {
      throw at.fault(
        position,
        "expected",
        `cannot be read as ${expected_as}, because the sample has no choices`,
        {
          value: shortened(value),
        },
      );
    } else {
      sample.expected = referencesOf(value);
    }
  }

  return {
    add(input: SampleInput, position: number): void {
      checkLimits(input, position);
      refuseRounded(input, position);
      const draft = { sample: toSample(input, drafts.length), position };
      drafts.push(draft);
      hasIds ||= input.id !== undefined;
      if (input.expected !== undefined) addExpected(draft, input.expected);
    },
    async finish(): Promise<Sample[]> {
      if (hasIds) await refuseDuplicates(drafts, at);
      const [form = "text"] = forms;
      if (allTexts) refuseTwoReadings(form);
      for (const [index, answer] of answers.entries()) {
        if (index % SAMPLES_PER_TURN === 0) await nextTurn();
        const letter = expectedLetter(answer, form);
        if (letter === null) throw explain(answer);
        answer.sample.expected = [letter];
      }
      return drafts.map(({ sample }) => sample);
    },
  };
}
