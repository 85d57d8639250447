import { describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../../src/datasets/asking.ts";
import { compareAnswers } from "../../../src/domain/answers/equal.ts";
import { listedChoices, readAnswer, referenceLetter } from "../../../src/domain/answers/read.ts";

describe("the choices that a question lists", () => {
  test("are its lettered lines, from A without a gap", () => {
    expect(listedChoices("Which?\nA) one\nB) two\nC) three")).toEqual(["one", "two", "three"]);
    expect(listedChoices("Which?\n(A) one\n(B) two")).toEqual(["one", "two"]);
    expect(listedChoices("Which?\nA. one\nB. two")).toEqual(["one", "two"]);
    expect(listedChoices("Options: (A) 1 May (B) 2 May")).toEqual(["1 May", "2 May"]);
  });

  test("are none if letters are missing, or there is one alone", () => {
    expect(listedChoices("What is 2 + 2?")).toBeUndefined();
    expect(listedChoices("A) one\nC) three")).toBeUndefined();
    expect(listedChoices("B) two\nC) three")).toBeUndefined();
  });

  test("are named by references such as B, (B) and B.", () => {
    expect(["B", "(B)", "B.", " b ", "[B]", "B)"].map(referenceLetter)).toEqual(Array(6).fill("B"));
    expect(["Bob", "", "AB", "4", "B or C"].map(referenceLetter)).toEqual(Array(5).fill(undefined));
  });
});

/** Outputs that a search with backtracking would take quadratic time for. */
const HOSTILE = [
  "answer: ",
  "the answer is ",
  "\nANSWER: x",
  "\\boxed{",
  "<answer>",
  "[[",
  "{",
  "A\n",
  "1",
  "1,",
  "1 ",
  "-",
  " ",
  "\n",
  "*",
  "(",
  "$",
  "<think>",
  '"answer": "',
  "if the answer is A otherwise ",
];

const milliseconds = (work: () => void): number => {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
};

test.each(HOSTILE)("eight times as long an output takes no more than linear time: %j", (piece) => {
  const outputOf = (size: number) => piece.repeat(Math.ceil(size / piece.length));
  const [short, long] = [outputOf(60_000), outputOf(480_000)];
  const work = (output: string) => () => {
    readAnswer(output, { choices: ["one", "two"] });
    readAnswer(output, { expected: ["5"] });
    PROTOCOLS.zero_shot.read(output, { id: "1", input: "", choices: ["one", "two"] });
    compareAnswers(output, "five");
  };
  // Quadratic work would take 64 times as long.
  expect(milliseconds(work(long)) / (milliseconds(work(short)) + 1)).toBeLessThan(30);
});
