import { describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../../src/datasets/asking.ts";
import type { Sample } from "../../../src/domain/dataset.ts";
import { GROWTH_MAX, growthOf } from "../../support/timing/growth.ts";

const { prompt, extract } = PROTOCOLS.multiple_choice;
const CAPITAL: Sample = {
  id: "1",
  input: "What is the capital of France?",
  choices: ["London", "Paris", "Rome", "Berlin"],
  expected: ["B"],
};

/** Outputs out of which `parse_answers` of inspect_ai 0.3.285 (multiple_correct=False) reads the same. */
const AS_INSPECT: [output: string, answer: string | null][] = [
  ["ANSWER: B", "B"],
  ["ANSWER:B", "B"],
  ["ANSWER : B", "B"],
  ["answer: b", "B"],
  ["Answer: B", "B"],
  ["ANSWER: B.", "B"],
  ["ANSWER: b.", "B"],
  ["  ANSWER: B  ", "B"],
  ["ANSWER: B\n", "B"],
  ["ANSWER: B\r\n", "B"],
  ["\n\nANSWER: B", "B"],
  ["ANSWER:\nB", "B"],
  ["ANSWER:\n\n**B**", "B"],
  ["**ANSWER: B**", "B"],
  ["**ANSWER**: B", "B"],
  ["ANSWER: **B**", "B"],
  ["*ANSWER: B*", "B"],
  ["`ANSWER: B`", "B"],
  ["### ANSWER: B", "B"],
  ["> ANSWER: B", "B"],
  ["- ANSWER: B", "B"],
  ["ANSWER: (B)", "B"],
  ["ANSWER: (b)", "B"],
  ["'ANSWER: B'", "B"],
  ["ANSWER: $B$", "B"],
  ["ANSWER: B。", "B"],
  ["ANSWER: B)", "B"],
  ["ANSWER: B) Paris", "B"],
  ["ANSWER: B. Paris", "B"],
  ["ANSWER: B: Paris", "B"],
  ["ANSWER: B - Paris", "B"],
  ["ANSWER: B (Paris)", "B"],
  ["Final answer: B", "B"],
  ["The correct answer: B.", "B"],
  ["My answer: **B**", "B"],
  ["Paris is the capital of France.\n\nANSWER: B", "B"],
  ["ANSWER: B\n\nParis is the capital of France.", "B"],
  ["<think>ANSWER: A? No.</think>\nANSWER: B", "B"],
  ["ANSWER: A\nWait, London is in England.\nANSWER: B", "B"],
  ["Its answer: D or so.\nANSWER: B\nIn other words, the answer: Paris", "B"],
  ["The format is 'ANSWER: $LETTER'.\nANSWER: B", "B"],
  ["If it were Rome, answer: C. But answer: B", "B"],
  ["ANSWER: A", "A"],
  ["ANSWER: D", "D"],
  ["ANSWER: E", null],
  ["ANSWER: Z.", null],
  ["E", null],
  ["ANSWER: A, B", null],
  ["ANSWER: A and B", null],
  ["ANSWER: A or B", null],
  ["ANSWER: AB", null],
  ["ANSWER: 2", null],
  ["ANSWER: Paris", null],
  ["ANSWER: A dog", null],
  ["ANSWER: B because it is the capital", null],
  ["ANSWER: I don't know", null],
  ["ANSWER: None of the above", null],
  ["ANSWER: $LETTER", null],
  ["ANSWER:", null],
  ["ANSWER", null],
  ["The answer is B", null],
  ["I think it is B", null],
  ["A cat sat on the mat.", null],
  ["A) is wrong, the right one is B", null],
  ["Apple", null],
  ["B\nC", null],
  ["", null],
  ["   ", null],
  ["I cannot answer that.", null],
  ["Paris", null],
  ["Both A and B are right.", null],
];

/** Outputs that are read otherwise here, with what inspect_ai reads. */
const UNLIKE_INSPECT: [output: string, answer: string | null, inspect: string | null][] = [
  ["**ANSWER:** B", "B", null],
  ["ANSWER: **B.**", "B", null],
  ["__ANSWER: B__", "B", null],
  ["ANSWER: `B`", "B", null],
  ["ANSWER: [B]", "B", null],
  ["ANSWER: {B}", "B", null],
  ["ANSWER: <B>", "B", null],
  ["ANSWER: <b>B</b>", "B", null],
  ['ANSWER: "B"', "B", null],
  ["ANSWER: 'B'", "B", null],
  ["ANSWER: “B”", "B", null],
  ["ANSWER: \\boxed{B}", "B", null],
  ["ANSWER: $\\boxed{\\text{B}}$", "B", null],
  ["ANSWER: \\(B\\)", "B", null],
  ["ANSWER：B", "B", null],
  ["ANSWER: (B) Paris", "B", null],
  ["ANSWER: B, because it is the capital.", "B", null],
  ["ANSWER: Option B", "B", null],
  ["ANSWER: choice (B)", "B", null],
  ["B", "B", null],
  ["b", "B", null],
  ["B.", "B", null],
  ["B)", "B", null],
  ["(B)", "B", null],
  ["[B]", "B", null],
  ["**B**", "B", null],
  ["*B*", "B", null],
  ["$B$", "B", null],
  ["\\boxed{B}", "B", null],
  ['"B"', "B", null],
  ["B\n", "B", null],
  ["B) Paris", "B", null],
  ["(B) Paris", "B", null],
  ["**B) Paris**", "B", null],
  ["B. Paris", "B", null],
  ["B: Paris", "B", null],
  ["B) Paris, of course", "B", null],
  ["ANSWER: B/C", null, "B"],
  ["unanswer: B", null, "B"],
];

describe("the prompt of multiple choice", () => {
  test("is that of inspect_ai 0.3.285, SINGLE_ANSWER_TEMPLATE, word for word", () => {
    expect(prompt(CAPITAL)).toEqual([
      {
        role: "user",
        content:
          "Answer the following multiple choice question. The entire content of your response should be of the following format: 'ANSWER: $LETTER' (without quotes) where LETTER is one of A,B,C,D.\n\nWhat is the capital of France?\n\nA) London\nB) Paris\nC) Rome\nD) Berlin",
      },
    ]);
  });

  test("has as many letters as the sample has choices, and leaves texts as they are", () => {
    const [message] = prompt({
      id: "1",
      input: "  {choices} $& ",
      choices: Array.from({ length: 26 }, (_, index) => `$${index}`),
    });
    expect(message?.content).toContain(
      "one of A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U,V,W,X,Y,Z.\n\n  {choices} $& \n\nA) $0\nB) $1\n",
    );
    expect(message?.content).toEndWith("\nZ) $25");
  });
});

describe("the answer in an output", () => {
  for (const [output, answer] of AS_INSPECT) {
    test(`${JSON.stringify(output)} is ${answer}`, () => expect(extract(output, CAPITAL)).toBe(answer));
  }

  for (const [output, answer, inspect] of UNLIKE_INSPECT) {
    test(`${JSON.stringify(output)} is ${answer}, not ${inspect}`, () =>
      expect(extract(output, CAPITAL)).toBe(answer));
  }

  test("is one of the sample's own letters", () => {
    const choices = ["yes", "no"];
    expect(extract("ANSWER: B", { ...CAPITAL, choices })).toBe("B");
    expect(extract("ANSWER: C", { ...CAPITAL, choices })).toBeNull();
    const many = Array.from({ length: 26 }, (_, index) => `choice ${index}`);
    expect(extract("ANSWER: Z", { ...CAPITAL, choices: many })).toBe("Z");
    expect(extract("ANSWER: I", { ...CAPITAL, choices: many })).toBe("I");
  });

  test("is the last one given, not the last that is valid", () => {
    expect(extract("ANSWER: B\nNo.\nANSWER: E", CAPITAL)).toBeNull();
    expect(extract("ANSWER: B\nOr both:\nANSWER: B and C", CAPITAL)).toBeNull();
    expect(extract("ANSWER: B\nThe answer: hard to say.", CAPITAL)).toBe("B");
  });

  test("may be the choice itself behind its letter, whatever letters that holds", () => {
    const vitamins = { ...CAPITAL, choices: ["Vitamin A", "Vitamin C", "Vitamin D", "None"] };
    expect(extract("B) Vitamin C", vitamins)).toBe("B");
    expect(extract("B) vitamin c.", vitamins)).toBe("B");
    expect(extract("B) Vitamin C, or C) Vitamin D", vitamins)).toBeNull();
    expect(extract(`B) ${"because ".repeat(200)}`, vitamins)).toBeNull();
  });

  test("is found in time proportional to the output, however it is made", async () => {
    const hostile = [
      (size: number) => "answer: ".repeat(size / 8),
      (size: number) => "answer".repeat(size / 6),
      (size: number) => "\nANSWER: x".repeat(size / 10),
      (size: number) => `ANSWER:${" ".repeat(size)}`,
      (size: number) => `ANSWER: ${"*".repeat(size)}`,
      (size: number) => `ANSWER: \\${"a".repeat(size)}`,
      (size: number) => `${"*".repeat(size)}ANSWER: B`,
      (size: number) => "answer*****".repeat(size / 11),
      (size: number) => "<b>".repeat(size / 3),
      (size: number) => "(".repeat(size),
      (size: number) => "A".repeat(size),
      (size: number) => `B${" ".repeat(size)}x`,
    ];
    for (const outputOf of hostile) {
      const growth = await growthOf((size) => {
        const output = outputOf(size);
        return () => extract(output, CAPITAL);
      }, 1_000_000);
      expect(growth, String(outputOf)).toBeLessThan(GROWTH_MAX);
    }
  });
});
