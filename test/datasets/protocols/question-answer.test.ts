import { describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../../src/datasets/asking.ts";
import { GROWTH_MAX, growthOf } from "../../support/timing/growth.ts";

const { prompt, extract } = PROTOCOLS.question_answer;
const answerTo = (output: string, ...expected: string[]) =>
  extract(output, { id: "1", input: "Who?", ...(expected.length > 0 ? { expected } : {}) });

/** What is read out of an output whose sample expects 42. */
const NUMBERS: [output: string, answer: string | null][] = [
  ["42", "42"],
  ["42.", "42"],
  ["The answer is 42.", "42"],
  ["17 + 25 = 42", "42"],
  ["It is 41, no, 42!", "42"],
  ["**42**", "42"],
  ["\\boxed{42}", "42"],
  ["$42", "$42"],
  ["$ 42 in all", "42"],
  ["42 apples and some pears", "42"],
  ["#### 42", "42"],
  ["That makes 1,234,567.", "1,234,567"],
  ["That makes $1,234.50 each.", "$1,234.50"],
  ["one of 1,2,3", "3"],
  ["between 10-12", "12"],
  ["5 - 8 = -3", "-3"],
  ["x=-3", "-3"],
  ["(−3)", "−3"],
  ["A-5", "5"],
  ["about 3.14", "3.14"],
  [".5", ".5"],
  ["40%", "40%"],
  ["6e23 molecules", "6e23"],
  ["ANSWER: 42", "42"],
  ["answer: 42", "42"],
  ["**ANSWER: 42**", "42"],
  ["**ANSWER:** 42", "42"],
  ["ANSWER:\n42\n", "42"],
  ["ANSWER: 42 apples\nThere were 3 trees and 99 pears.", "42"],
  ["ANSWER: 6 * 7 = 42", "42"],
  ["ANSWER: 41\nNo.\nANSWER: 42", "42"],
  ["ANSWER: forty-two", "forty-two"],
  ["forty-two", null],
  ["", null],
  ["  \n ", null],
];

/** The same where it expects Paris. */
const TEXTS: [output: string, answer: string | null][] = [
  ["Paris", "Paris"],
  ["  Paris \n", "Paris"],
  ["It is Paris, of the 2 cities.", "It is Paris, of the 2 cities."],
  ["Two\nlines", "Two\nlines"],
  ["ANSWER: Paris", "Paris"],
  ["Answer: Paris.", "Paris."],
  ["I think so.\n\n**ANSWER: Paris**", "Paris"],
  ["**Answer:** Paris\nIt is on the Seine.", "Paris"],
  ["ANSWER:\n\n  Paris  \nmore", "Paris"],
  ["ANSWER: Rome\nANSWER: Paris", "Paris"],
  ["The answer: Paris", "The answer: Paris"],
  ["ANSWER:", "ANSWER:"],
  ["ANSWER: **", "ANSWER: **"],
  ["", null],
  [" \t\n", null],
];

describe("a question of free text", () => {
  test("is sent as it is", () => {
    const input = "  What is 2 + 2?\n{input} ";
    expect(prompt({ id: "1", input, expected: ["4"] })).toEqual([{ role: "user", content: input }]);
  });

  for (const [output, answer] of NUMBERS) {
    test(`expecting a number gets ${answer} out of ${JSON.stringify(output)}`, () =>
      expect(answerTo(output, "42")).toBe(answer));
  }

  for (const [output, answer] of TEXTS) {
    test(`expecting text gets ${JSON.stringify(answer)} out of ${JSON.stringify(output)}`, () => {
      expect(answerTo(output, "Paris")).toBe(answer);
      expect(answerTo(output)).toBe(answer);
    });
  }

  test("expects a number if all its references are numbers", () => {
    for (const reference of ["42", "-1,234.5", "$18", "40%", " 7 ", ".5", "1e-3"]) {
      expect([reference, answerTo("It is 3 or 4", reference)]).toEqual([reference, "4"]);
    }
    expect(answerTo("It is 3 or 4", "4", "4.0")).toBe("4");
    for (const references of [["4", "four"], ["1,2"], ["3/4"], ["4 apples"], ["IV"], [""], ["2024-05-06"]]) {
      expect([references, answerTo("It is 3 or 4", ...references)]).toEqual([references, "It is 3 or 4"]);
    }
  });

  test("is answered in time proportional to the output, however it is made", async () => {
    const hostile = [
      (size: number) => "1".repeat(size),
      (size: number) => "1,".repeat(size / 2),
      (size: number) => "1,111".repeat(size / 5),
      (size: number) => "1e".repeat(size / 2),
      (size: number) => "-".repeat(size),
      (size: number) => `${".".repeat(size)}5`,
      (size: number) => `${"$".repeat(size)}5`,
      (size: number) => `5${" ".repeat(size)}x`,
      (size: number) => `ANSWER:${" \t".repeat(size / 2)}x`,
      (size: number) => `ANSWER: x${" ".repeat(size)}y`,
      (size: number) => "\nANSWER: x".repeat(size / 10),
    ];
    for (const outputOf of hostile) {
      const growth = await growthOf((size) => {
        const output = outputOf(size);
        return () => {
          for (const reference of ["5", "x", output]) answerTo(output, reference);
        };
      }, 1_000_000);
      expect(growth, String(outputOf)).toBeLessThan(GROWTH_MAX);
    }
  });
});
