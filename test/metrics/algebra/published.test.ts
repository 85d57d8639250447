import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../src/base/random.ts";
import { compareAnswers } from "../../../src/domain/answers/equal.ts";
import agieval from "./references/agieval-math.json";
import { testPairs, verdictOf } from "./verdicts.ts";

// hendrycks/math, modeling/math_equivalence_test.py: every case of its own tests.
describe("the cases of MATH's answer check", () => {
  testPairs("equal", [
    ["\\tfrac{1}{2} +\\! \\frac1{72}", "\\\\dfrac{1}{2} +\\frac{1}{72}"],
    ["10\\text{ units}", "10 "],
    ["10", "\\$10"],
    ["\\left(x-2\\right)\\left(x+2\\right)", "(x-2)(x+2)"],
    ["0.1", ".1"],
    ["10\\%", "10"],
    ["10\\sqrt{3} + \\sqrt4", "10\\sqrt3 + \\sqrt{4}"],
    ["\\frac34i", "\\frac{3}{4}i"],
    ["\\tfrac83", "\\frac{8}{3}"],
    ["1/2", "\\frac{1}{2}"],
  ]);
  testPairs("different", [
    ["\\tfrac{1}{2} + \\frac1{72}", "\\\\frac{1}{2} + 2/3"],
    ["10, 4, -2", "4, 10, -2"],
    ["10, 4, 2", "4, 12, 2"],
    ["10\\text{ units}", "100 "],
    ["0.1, 4, 2", "4, .1, 2"],
    ["5x - 7y + 11z + 4 = 0", "x + y - z + 2 = 0"],
  ]);
});

// lm-evaluation-harness, tasks/minerva_math/utils.py, normalize_final_answer: what each of its steps makes equal.
describe("the normalisation of Minerva's answers", () => {
  testPairs("equal", [
    ["x = 5", "5"],
    ["a 5", "5"],
    ["$5.$", "5"],
    ["\\$5", "5"],
    ["5\\ ", "5"],
    ["5 \\mbox{ cm}", "5\\text{ cm}"],
    ["1,\\text{and}2", "1, 2"],
    ["5\\text{ m}", "5"],
    ["12 ways", "12"],
    ["5 square units", "5"],
    ["\\frac{2}{3}\\text{ hours}", "\\frac23"],
    ["60^\\circ", "60"],
    ["60^{\\circ}", "60 degrees"],
    ["1{,}000", "1000"],
    ["1,\\!000", "1000"],
    ["100,000", "100000"],
    ["the answer is $x+1$".slice(14), "x+1"],
    ["\\text{even}", "even"],
    ["\\textbf{(B)}", "(B)"],
    ["\\boxed{\\frac{1}{2}}", "\\frac12"],
    ["\\frac1b", "\\frac{1}{b}"],
    ["\\frac{ab}{c}", "\\frac{ba}{c}"],
    ["\\sqrt2", "\\sqrt{2}"],
  ]);
});

/** Other ways to write the same answer. */
const SPELLINGS: readonly ((answer: string) => string)[] = [
  (answer) => `$${answer}$`,
  (answer) => `\\boxed{${answer}}`,
  (answer) => `\\( ${answer} \\).`,
  (answer) => answer.replace(/ (?![A-Za-z])/g, ""),
  (answer) => answer.replace(/\\[dt]?frac/g, "\\dfrac").replace(/(\d)\s*(?=\\sqrt|\\pi)/g, "$1\\cdot "),
  (answer) =>
    answer
      .replace(/\\left|\\right/g, "")
      .replace(/\(/g, "\\left(")
      .replace(/\)/g, "\\right)"),
  (answer) =>
    answer
      .replace(/\\pi(?![A-Za-z])\s*/g, "π")
      .replace(/\\infty(?![A-Za-z])/g, "∞")
      .replace(/\\cup(?![A-Za-z])/g, "∪")
      .replace(/-/g, "−"),
  (answer) =>
    answer.replace(/\\sqrt\s*(?:\{(\d+)\}|(\d+))/g, "sqrt($1$2)").replace(/\\pi(?![A-Za-z])/g, "pi"),
];

describe("the answers of AGIEval's MATH", () => {
  const { answers } = agieval;

  test("are equal to themselves in eight other spellings", () => {
    const missed = answers.flatMap((answer) =>
      SPELLINGS.map((spell) => [spell(answer), answer] as const).filter(
        ([spelled]) => verdictOf(spelled, answer).equality !== "equal",
      ),
    );
    expect(missed).toEqual([]);
  });

  /** Pairs of the file that are mathematically the same: equal numbers and values in two spellings. */
  const SAME = new Set(
    [
      ["60^\\circ", "\\frac{\\pi}{3}"],
      ["\\frac{1}{\\sqrt{3}}", "\\frac{\\sqrt{3}}{3}"],
      ["\\sqrt 5", "\\sqrt{5}"],
      ["\\frac{\\sqrt6}3", "\\frac{\\sqrt{6}}{3}"],
      ["25\\%", "\\frac{1}{4}"],
      ["8\\sqrt{3} \\text { square inches}", "8\\sqrt{3}"],
      ["0.25\\,\\text{ cm}", "\\frac{1}{4}"],
      ["3\\frac18", "\\frac{25}{8}"],
      ["20\\text{ degrees}", "20^\\circ"],
      ["x = \\frac{3}{2}", "\\frac{3}{2}"],
      ["x = \\frac{3}{2}", "\\tfrac{3}{2}"],
      ["x = \\frac{3}{2}", "\\frac32"],
    ].map((pair) => pair.toSorted().join(" ~ ")),
  );
  const plain = (answer: string): string => answer.replace(/\\[dt]frac/g, "\\frac").replace(/[\s{}]/g, "");

  test("are different from each other, without algebra, unless they have the same value", () => {
    const confused = answers.flatMap((answer, index) =>
      answers
        .slice(index + 1)
        .filter((other) => compareAnswers(answer, other) === "equal")
        .filter(
          (other) => plain(answer) !== plain(other) && !SAME.has([answer, other].toSorted().join(" ~ ")),
        )
        .map((other) => [answer, other]),
    );
    expect(confused).toEqual([]);
  }, 120_000);

  test("are different by algebra, in two thousand pairs that are left to it", () => {
    const random = createRandom("agieval");
    const drawn = (): string => answers[Math.floor(random() * answers.length)]!;
    let left = 2000;
    const confused: string[] = [];
    while (left > 0) {
      const [answer, other] = [drawn(), drawn()];
      if (compareAnswers(answer, other) !== "undecided") continue;
      left--;
      const pair = [answer, other].toSorted().join(" ~ ");
      if (verdictOf(answer, other).equality === "equal" && !SAME.has(pair)) confused.push(pair);
    }
    expect(confused).toEqual([]);
  }, 120_000);
});
