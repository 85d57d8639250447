import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { compareAnswers } from "../../../src/domain/answers/equal.ts";
import { readAnswer } from "../../../src/domain/answers/read.ts";

/** A labelled output; forms/README.md describes the fields. */
interface Form {
  source: string;
  output: string;
  choices?: number | string[];
  expected?: string[];
  right: string | null;
  missed?: true;
}

const FOLDER = new URL("forms/", import.meta.url);
const FORMS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Form[]);

const choicesOf = ({ choices }: Form): string[] | undefined =>
  typeof choices === "number" ? Array.from({ length: choices }, () => "") : choices;

const read = (form: Form): string | null =>
  readAnswer(form.output, { choices: choicesOf(form), expected: form.expected }).answer;

const isSame = (answer: string | null, reference: string | null): boolean =>
  answer !== null && reference !== null && compareAnswers(answer, reference) === "equal";

const meetsReference = (form: Form, answer: string | null): boolean =>
  (form.expected ?? []).some((reference) => isSame(answer, reference));

/** Of a question with choices every wrong letter counts, of others a text that meets a reference and should not. */
function isFalselyRight(form: Form): boolean {
  const answer = read(form);
  if (form.choices !== undefined) return answer !== null && answer !== form.right;
  return meetsReference(form, answer) && !meetsReference(form, form.right);
}

function isMissed(form: Form): boolean {
  if (form.right === null) return false;
  const answer = read(form);
  return form.choices === undefined ? !isSame(answer, form.right) : answer === null;
}

const shown = (forms: readonly Form[]): string[] => forms.map(({ source, output }) => `${source}: ${output}`);

test("the set holds at least 300 forms, each with its source", () => {
  expect(FORMS.length).toBeGreaterThanOrEqual(300);
  expect(FORMS.filter(({ source }) => source === "")).toEqual([]);
});

test("no form is falsely right", () => {
  expect(shown(FORMS.filter(isFalselyRight))).toEqual([]);
});

test("at most one form in twenty is missed, and those that are missed are marked", () => {
  const missed = FORMS.filter(isMissed);
  expect(shown(missed.filter((form) => !form.missed))).toEqual([]);
  expect(missed.length / FORMS.length).toBeLessThanOrEqual(0.05);
});
