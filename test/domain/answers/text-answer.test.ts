import { expect, test } from "bun:test";
import { readAnswer } from "../../../src/domain/answers/read.ts";

const ROWS: [string, string, string | null][] = [
  ["ANSWER: 5, not 6", "6", "5"],
  ["The domain is \\boxed{[2,5)}", "[2,5)", "[2,5)"],
  ["The probability is $\\boxed{\\frac{3}{4}}$.", "\\frac{3}{4}", "3/4"],
  ["<think>Capital? Paris.</think>\n\nParis", "Paris", "Paris"],
  ["So the answer is No.", "No", "No"],
  ["The answer is Paris, because it is.", "Paris", "Paris"],
  ["Answer: Let's think step by step. 3+5=8. The answer is 8.", "8", "8"],
  ["Answer: Let's think.\n3+5=8", "8", "8"],
  ["Final Answer: The final answer is $\\frac{1}{2}$. I hope it is correct.", "\\frac{1}{2}", "1/2"],
  ["Thus the answer is \\[ \\boxed{42} \\]", "42", "42"],
  ["**Answer:** Paris", "Paris", "Paris"],
  ["### Final Answer\n\n42", "42", "42"],
  ["ANSWER: m+n = 256+37 = 293", "293", "293"],
  ["ANSWER: The total is 42", "42", "42"],
  ["ANSWER: <5", "5", "<5"],
  ["ANSWER: between 17 and 18", "18", "between 17 and 18"],
  ["Answer: x + 5", "5", "x + 5"],
  ["#### 18", "18", "18"],
  ["seventeen", "17", "seventeen"],
  ['{"answer": 42}', "42", "42"],
  ["The answer is 72. Half of it is 36.", "72", "72"],
  ["ANSWER: Paris\nWait, actually the answer is Lyon.", "Lyon", "Lyon"],
  ["Answer: St. Louis", "St. Louis", "St. Louis"],
  ["The answer is St. Louis.", "St. Louis", "St. Louis"],
  ["Answer:\n\\[\n42\n\\]", "42", "42"],
  ["答案：42", "42", "42"],
  ["La respuesta es Madrid.", "Madrid", "Madrid"],
  ["A: 10", "10", "10"],
  ["So the answer is (B).", "(B)", "(B)"],
  ["Answer: No, the sum is odd.", "Yes", "No"],
  ["Answer: No, the sum is odd.", "No, the sum is odd.", "No, the sum is odd."],
  ["The answer is Roe v. Wade.", "Roe v. Wade", "Roe v. Wade"],
  ["Final answer: The largest $n$ is 34.", "34", "34"],
  ["Sorry, no idea.", "24", null],
  ["ANSWER: 12_{16}", "12", "12_{16}"],
  ["ANSWER: 2 pi", "2", "2 pi"],
  ["ANSWER: 3 sqrt(7)", "3", "3 sqrt(7)"],
  ["ANSWER: 3 x^2 + 1", "3", "3 x^2 + 1"],
  ["ANSWER: 3 squared", "3", "3 squared"],
  ["ANSWER: 3'6\"", "3", "3'6\""],
  ["ANSWER: 3..4", "3", "3..4"],
  ["ANSWER: 3 pieces...", "3", "3"],
  ["ANSWER: y = 5", "x = 5", "y = 5"],
  ["ANSWER: x = 5", "x = 5", "5"],
  ["ANSWER:\u200b Paris", "Paris", "Paris"],
  ["\ufeffANSWER: Paris", "Paris", "Paris"],
  ["", "", ""],
  ["", "x", null],
  ["The capital of France is Paris.", "Paris", "The capital of France is Paris."],
];
test.each(ROWS)("the answer of %j for a reference such as %s", (output, reference, answer) => {
  expect(readAnswer(output, { expected: [reference] }).answer).toBe(answer);
});

test("what a number's place is taken by is said", () => {
  expect(readAnswer("It takes 17-18 days.", { expected: ["18"] }).finding).toBe(
    "its last number is a part of something else, such as a range",
  );
  expect(readAnswer("No idea.", { expected: ["18"] }).finding).toBe("it holds no number");
});
