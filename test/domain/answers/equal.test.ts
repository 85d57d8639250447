import { expect, test } from "bun:test";
import { compareAnswers } from "../../../src/domain/answers/equal.ts";

const SIGNS = { equal: "=", different: "≠", undecided: "?" } as const;
/** "?" is left to algebra. */
const ROWS: [string, string, string][] = [
  ["-\\frac{24}{25}", "\\frac{24}{25}", "≠"],
  ["\\frac{1}{23}", "\\frac{12}{3}", "≠"],
  ["(3,4)", "(3,4]", "≠"],
  ["3\\sqrt{5}-5", "3\\sqrt{5}5", "?"],
  ["a/b", "ab", "≠"],
  ["C", "C#", "≠"],
  ["O", "O-", "≠"],
  ["3(x+1)", "3x+1", "?"],
  ["\\dfrac{3}{4}", "\\frac{3}{4}", "="],
  ["\\text{Tuesday}", "Tuesday", "="],
  ["(1, -2)", "(1,-2)", "="],
  ["Paris.", "Paris", "="],
  ["the Eiffel Tower", "Eiffel Tower", "="],
  ["Vitamin A", "vitamin", "≠"],
  ["U.S.", "US", "="],
  ["C++", "C", "≠"],
  ['""', '""', "="],
  ["''", '""', "≠"],
  ["A*", "A", "≠"],
  ["A+", "A", "≠"],
  ["well-known", "wellknown", "="],
  ["x=5", "5", "="],
  ["12_{16}", "12", "?"],
  ["12_16", "12_{16}", "="],
  ["2 pi", "2", "?"],
  ["3 squared", "3", "≠"],
  ["3..4", "3", "≠"],
  ["x = 5", "x=5", "="],
  ["\\frac12", "\\frac{1}{2}", "="],
  ["\\sqrt3", "\\sqrt{3}", "="],
  ["0.5", "\\frac{1}{2}", "="],
  ["50%", "0.5", "≠"],
  ["0.5", "50%", "="],
  ["-x", "x", "?"],
  ["\\pi", "-\\pi", "?"],
  ["[3,4)", "(3,4)", "≠"],
  ["{1,2}", "(1,2)", "≠"],
  ["\\{1,2\\}", "(1,2)", "≠"],
  ["Yes", "No", "≠"],
  ["yes", "Yes", "="],
  ["25 cm^2", "25 m^2", "≠"],
  ["25", "25 m^2", "="],
  ["10,000", "10000", "="],
  ["x+1", "1+x", "?"],
  ["\\frac{\\sqrt{3}}{3}", "\\frac{1}{\\sqrt{3}}", "?"],
  ["New York", "new york", "="],
  ["don't", "dont", "="],
  ["n!", "n", "?"],
  ["5-7", "57", "?"],
  ["1/2", "12", "≠"],
  ["AT&T", "ATT", "≠"],
  ["x^2", "x2", "≠"],
  ["H_2O", "H2O", "≠"],
  ["é", "e\u0301", "="],
  ["±3", "3", "≠"],
  ["3.5 kg", "35 kg", "≠"],
  ["-5 °C", "5 °C", "≠"],
  ["\\text{(B)}", "B", "="],
  ["re-sign", "resign", "="],
  ["\\left(\\frac{1}{2}, 3\\right)", "(1/2,3)", "="],
  ["7 + 2i", "7+2i", "="],
  ["2 or 3", "3", "≠"],
];
test.each(ROWS)("%s and %s", (answer, reference, sign) => {
  expect(SIGNS[compareAnswers(answer, reference)] as string).toBe(sign);
});

test("a reference that ends in #### n is read as n", () => {
  expect(compareAnswers("18", "She eats 3 + 4 = 7 eggs.\n#### 18")).toBe("equal");
  expect(compareAnswers("7", "She eats 3 + 4 = 7 eggs.\n#### 18")).toBe("different");
});
