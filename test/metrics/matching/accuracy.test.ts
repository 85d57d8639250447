import { describe, expect, test } from "bun:test";
import { metricOf, sampleOf, scoredValue, scoreOf } from "../sample.ts";

const accuracyOf = (answer: string | null, ...expected: string[]): Promise<number | null> =>
  scoredValue("accuracy", { answer, expected });

const expectEqual = async (pairs: readonly (readonly [string, string])[], value: number): Promise<void> => {
  for (const [answer, expected] of pairs) {
    expect([answer, expected, await accuracyOf(answer, expected)]).toEqual([answer, expected, value]);
  }
};

describe("accuracy of a multiple-choice sample", () => {
  const choices = ["Lyon", "Paris", "Nice"];

  test("is 1 for the letter of the choice in any case, else 0", async () => {
    for (const answer of ["B", "b", " B "]) {
      expect(await scoredValue("accuracy", { answer, expected: ["B"], choices })).toBe(1);
      expect(await scoredValue("accuracy", { answer, expected: ["b"], choices })).toBe(1);
    }
    for (const answer of ["A", "C", "", "BB", "Paris"]) {
      expect(await scoredValue("accuracy", { answer, expected: ["B"], choices })).toBe(0);
    }
  });

  test("reads the letter of a reference with its bracket", async () => {
    for (const reference of ["(B)", "B.", "[b]", "B)"])
      expect(await scoredValue("accuracy", { answer: "B", expected: [reference], choices })).toBe(1);
    expect(await scoredValue("accuracy", { answer: "A", expected: ["(B)"], choices })).toBe(0);
  });

  test("takes an A for a letter and not for an article", async () => {
    expect(await scoredValue("accuracy", { answer: "A", expected: ["A"], choices })).toBe(1);
    expect(await scoredValue("accuracy", { answer: "the", expected: ["A"], choices })).toBe(0);
    expect(await scoredValue("accuracy", { answer: "", expected: ["A"], choices })).toBe(0);
  });
});

describe("accuracy without an answer or a reference", () => {
  test("an answer that was not found is wrong, and the score says so", async () => {
    const score = await scoreOf("accuracy", { output: "I can't say.", answer: null, expected: ["4"] });
    const nothing = "no final answer was found in the output";
    expect(score).toEqual({ value: 0, explanation: nothing, note: nothing });
  });

  test("what was found in place of an answer is the note", async () => {
    const score = await scoreOf("accuracy", { answer: null, finding: "it holds no number", expected: ["4"] });
    expect(score).toEqual({
      value: 0,
      explanation: "no final answer was found in the output: it holds no number",
      note: "it holds no number",
    });
  });

  test("it reads the answer, not the output around it", async () => {
    expect(
      await scoredValue("accuracy", { output: "First 3, then 4. So: 4", answer: "4", expected: ["4"] }),
    ).toBe(1);
    expect(await scoredValue("accuracy", { output: "4", answer: "5", expected: ["4"] })).toBe(0);
  });

  test("a sample without references is null with the reason", async () => {
    const missing = { value: null, reason: "the sample has no expected answer" };
    expect(await scoreOf("accuracy", { answer: "4" })).toEqual(missing);
    expect(await scoreOf("accuracy", { answer: "4", expected: [] })).toEqual(missing);
  });
});

describe("accuracy of numbers", () => {
  test("numbers are equal by value, however they are written", async () => {
    await expectEqual(
      [
        ["1,000", "1000"],
        ["1000.0", "1000"],
        ["1e3", "1,000"],
        ["$12", "12"],
        ["12 €", "12"],
        ["-$5", "-5"],
        ["$-5", "-5.00"],
        ["−5", "-5"],
        ["+7", "7"],
        ["0.50", ".5"],
        ["42.", "42"],
        ["007", "7"],
        ["-0", "0"],
        ["50%", "50"],
        ["50 %", "50.0%"],
        ["12 apples", "12"],
        ["$20", "20 dollars a day"],
        ["**42**", "42"],
        ["(42)", "42"],
      ],
      1,
    );
  });

  test("numbers that differ in value are not equal", async () => {
    await expectEqual(
      [
        ["5", "-5"],
        ["35", "3.5"],
        ["50%", "0.5"],
        ["1.000", "1000"],
        ["12345678901234567890", "12345678901234567891"],
        ["0.1", "0.10000000000000000001"],
        ["", "0"],
        ["1 2", "12"],
        ["NaN", "0"],
        ["$20", "20°"],
        ["50%", "50 apples"],
        ["x - 3z = 0", "0"],
        ["2 pi", "2"],
        ["3-\\sqrt7", "3"],
        ["0, \\pi", "0"],
        ["Infinity", "1e999"],
      ],
      0,
    );
  });
});

describe("accuracy of texts", () => {
  test("case, punctuation, articles and white space make no difference", async () => {
    await expectEqual(
      [
        ["The Eiffel  Tower.", "eiffel tower"],
        ["  paris\n", "Paris"],
        ["“Paris”", "Paris"],
        ["U.S.A.", "USA"],
        ["`main`", "main"],
        ["東京。", "東京"],
        ["1,000 days", "1000 days"],
        ["cafe\u0301", "café"],
        ["a", "A"],
        ["pages 3–5", "pages 3-5"],
      ],
      1,
    );
  });

  test("what tells two answers apart stays", async () => {
    await expectEqual(
      [
        ["Lyon", "Paris"],
        ["Paris is it", "Paris"],
        ["of Paris the Treaty", "the Treaty of Paris"],
        ["35 kg", "3.5 kg"],
        ["5 °C", "-5 °C"],
        ["C++", "C"],
        ["x+1", "x-1"],
        ["vitamin", "Vitamin A"],
        ["1015", "10:15"],
        ["the", "A"],
        ["", "A"],
        ["...", "?"],
        ["大阪", "東京"],
      ],
      0,
    );
  });

  test("any of the references will do", async () => {
    expect(await accuracyOf("8", "seven", "8.0", "nine")).toBe(1);
    expect(await accuracyOf("Obama", "Barack Obama", "obama")).toBe(1);
    expect(await accuracyOf("ten", "seven", "8.0", "nine")).toBe(0);
  });
});

describe("accuracy of a run", () => {
  test("is a proportion with Wilson's interval", () => {
    const values = Float64Array.from({ length: 100 }, (_, index) => (index < 86 ? 1 : 0));
    const summary = metricOf("accuracy").summarize(values);
    expect(summary).toMatchObject({ value: 0.86, n: 100, unit: "ratio", better: "higher" });
    // scipy 1.17.1, stats.sem; statsmodels 0.15.0, proportion_confint(86, 100, method="wilson").
    expect(summary.stderr).toBeCloseTo(0.0348735088019777, 12);
    expect(summary.ci95?.[0]).toBeCloseTo(0.7786281178903616, 12);
    expect(summary.ci95?.[1]).toBeCloseTo(0.9147365634006086, 12);
  });

  test("gives a promise only where algebra has to tell", async () => {
    const { score } = metricOf("accuracy");
    const scored = (answer: string, expected: string) => score(sampleOf({ answer, expected: [expected] }));
    for (const [answer, expected, value] of [
      ["1,234", "1234.0", 1],
      ["12", "13", 0],
      ["The Eiffel Tower, in Paris.", "Eiffel tower", 0],
      ["B", "C", 0],
      ["\\dfrac12", "\\frac{1}{2}", 1],
      ["[2,5)", "[2, 5)", 1],
      ["{1,2}", "{2, 1}", 1],
    ] as const)
      expect([answer, scored(answer, expected)]).toEqual([answer, { value }]);
    const pending = scored("\\frac{1}{\\sqrt{3}}", "\\frac{\\sqrt{3}}{3}");
    expect(pending).toBeInstanceOf(Promise);
    expect(await pending).toEqual({ value: 1, explanation: "equal by algebra" });
  });
});

describe("accuracy with an answer pattern of its own", () => {
  const pattern = { answer_pattern: "result: (\\S+)" };

  test("reads the answer in the output, whatever the protocol read", async () => {
    const sample = { output: "result: 4\nresult: 5\nANSWER: 6", answer: "6", expected: ["5"] };
    expect(await scoredValue("accuracy", sample)).toBe(0);
    expect(await scoredValue("accuracy", sample, pattern)).toBe(1);
    const first = { answer_pattern: { pattern: "result: (\\S+)", match: "first" } };
    expect(await scoredValue("accuracy", sample, first)).toBe(0);
    expect(await scoredValue("accuracy", { ...sample, answer: null, expected: ["4"] }, first)).toBe(1);
  });

  test("of a multiple-choice sample reads a letter or a choice's own text", async () => {
    const sample = { answer: "A", expected: ["B"], choices: ["Lyon", "Paris"] };
    expect(await scoredValue("accuracy", { ...sample, output: "result: b" }, pattern)).toBe(1);
    expect(await scoredValue("accuracy", { ...sample, output: "result: Paris" }, pattern)).toBe(1);
    expect(await scoreOf("accuracy", { ...sample, output: "result: E" }, pattern)).toMatchObject({
      value: 0,
      note: "the answer_pattern finds none of the choices",
    });
  });

  test("of a question that lists its choices reads a letter or a choice's own text", async () => {
    const sample = { input: "Which?\nA) Lyon\nB) Paris", answer: null, expected: ["(B)"] };
    for (const output of ["result: B", "result: Paris"])
      expect(await scoredValue("accuracy", { ...sample, output }, pattern)).toBe(1);
    expect(await scoredValue("accuracy", { ...sample, output: "result: Lyon" }, pattern)).toBe(0);
  });

  test("is 0 with a note if the pattern finds nothing, and for a blocked output", async () => {
    const sample = { answer: "5", expected: ["5"] };
    expect(await scoreOf("accuracy", { ...sample, output: "ANSWER: 5" }, pattern)).toMatchObject({
      value: 0,
      note: "the answer_pattern finds nothing in it",
    });
    const blocked = { output: "result: 5", answer: null, finding: "it was blocked", expected: ["5"] };
    expect(await scoreOf("accuracy", { ...blocked, finish_reason: "content_filter" }, pattern)).toMatchObject(
      { value: 0, note: "it was blocked" },
    );
  });

  test("scores at once without parameters, as before", () => {
    const metric = metricOf("accuracy");
    expect(metric.name).toBe("accuracy");
    expect(metric.score(sampleOf({ output: "5", expected: ["5"] }))).toEqual({ value: 1 });
  });
});
