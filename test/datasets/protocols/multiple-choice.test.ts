import { describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../../src/datasets/asking.ts";
import { readOutput } from "../../../src/datasets/protocols/protocol.ts";
import type { Sample } from "../../../src/domain/dataset.ts";

const { prompt, read } = PROTOCOLS.zero_shot;
const answerIn = (output: string, sample: Sample): string | null =>
  readOutput({ read }, output, sample).answer;
const CAPITAL: Sample = {
  id: "1",
  input: "What is the capital of France?",
  choices: ["London", "Paris", "Rome", "Berlin"],
  expected: ["B"],
};

/** What `parse_answers` of inspect_ai 0.3.285 (multiple_correct=False) reads. */
const READ: [output: string, answer: string | null][] = [
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
  ["**ANSWER:** B", null],
  ["ANSWER: **B.**", null],
  ["__ANSWER: B__", null],
  ["ANSWER: `B`", null],
  ["ANSWER: [B]", null],
  ["ANSWER: {B}", null],
  ["ANSWER: <B>", null],
  ["ANSWER: <b>B</b>", null],
  ['ANSWER: "B"', null],
  ["ANSWER: 'B'", null],
  ["ANSWER: “B”", null],
  ["ANSWER: \\boxed{B}", null],
  ["ANSWER: $\\boxed{\\text{B}}$", null],
  ["ANSWER: \\(B\\)", null],
  ["ANSWER：B", null],
  ["ANSWER: (B) Paris", null],
  ["ANSWER: B, because it is the capital.", null],
  ["ANSWER: Option B", null],
  ["ANSWER: choice (B)", null],
  ["B", null],
  ["b", null],
  ["B.", null],
  ["B)", null],
  ["(B)", null],
  ["[B]", null],
  ["**B**", null],
  ["*B*", null],
  ["$B$", null],
  ["\\boxed{B}", null],
  ['"B"', null],
  ["B\n", null],
  ["B) Paris", null],
  ["(B) Paris", null],
  ["**B) Paris**", null],
  ["B. Paris", null],
  ["B: Paris", null],
  ["B) Paris, of course", null],
  ["ANSWER: B/C", "B"],
  ["unanswer: B", "B"],
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
  test.each(READ)("%j is %s", (output, answer) => {
    expect(answerIn(output, CAPITAL)).toBe(answer);
  });

  test("is a letter of the sample's own choices", () => {
    const choices = ["yes", "no"];
    expect(answerIn("ANSWER: B", { ...CAPITAL, choices })).toBe("B");
    expect(answerIn("ANSWER: C", { ...CAPITAL, choices })).toBeNull();
    const many = Array.from({ length: 26 }, (_, index) => `choice ${index}`);
    expect(answerIn("ANSWER: Z", { ...CAPITAL, choices: many })).toBe("Z");
  });

  test("is the last one given, not the last that is valid", () => {
    expect(answerIn("ANSWER: B\nNo.\nANSWER: E", CAPITAL)).toBeNull();
    expect(answerIn("ANSWER: B\nOr both:\nANSWER: B and C", CAPITAL)).toBeNull();
  });
});
