import { describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../../src/datasets/asking.ts";
import { compareAnswers } from "../../../src/domain/answers/equal.ts";
import {
  choicesAskedBy,
  listedChoices,
  readAnswer,
  referenceLetter,
} from "../../../src/domain/answers/read.ts";

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

  test("count if every reference is the letter of one", () => {
    const input = "Which?\nA) one\nB) two";
    expect(choicesAskedBy(input, ["(B)"])).toEqual(["one", "two"]);
    expect(choicesAskedBy(input, ["D"])).toBeUndefined();
    expect(choicesAskedBy(input, ["B", "two"])).toBeUndefined();
    expect(choicesAskedBy(input, [])).toBeUndefined();
    expect(choicesAskedBy("Which?", ["B"])).toBeUndefined();
  });

  test("are named by references such as B, (B) and B.", () => {
    expect(["B", "(B)", "B.", " b ", "[B]", "B)"].map(referenceLetter)).toEqual(Array(6).fill("B"));
    expect(["Bob", "", "AB", "4", "B or C"].map(referenceLetter)).toEqual(Array(5).fill(undefined));
  });
});

describe("an output that goes on to questions of its own making", () => {
  test.each([
    ["The answer is (A).\n\nQuestion: What is next?\nAnswer: The answer is (B).", "A"],
    ["ANSWER: A\n\nQ: And then?\nA: B\n\nANSWER: B", "A"],
    ["故选A。\n\n问题：下一题\n故选B。", "A"],
    ["The answer is A.\n\nHuman: Sure?\n\nThe answer is B.", "A"],
  ])("is read up to the first: %j", (output, letter) => {
    expect(readAnswer(output, { choices: ["one", "two"] }).answer).toBe(letter);
  });

  test.each([
    ["Question: Which one?\nAnswer: B", "B"],
    ["Let me restate it.\nQuestion: Which one?\nAnswer: B", "B"],
  ])("is read whole if nothing is declared before it: %j", (output, letter) => {
    expect(readAnswer(output, { choices: ["one", "two"] }).answer).toBe(letter);
  });

  test("gives the number that it declares first", () => {
    expect(readAnswer("#### 18\n\nQuestion: How many?\n#### 3", { expected: ["3"] }).answer).toBe("18");
    expect(readAnswer("She has 18.\nQ: How many?\n#### 3", { expected: ["3"] }).answer).toBe("3");
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
  "【答案",
  "【答案】",
  "\nQuestion: ",
  "\nQ",
  "However, if the answer is A. ",
  "the answer is the option letter ",
  "I think it is ",
  "leaving ",
  "B is correct. ",
  "The answer is (A). The answer is (B). ",
  "one (A) ",
  "not one (A) ",
  "(a) 1 (b) 2 ",
  "A or ",
  "x **1** ",
  "**",
  "答えは",
  "выбираю А, ",
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
