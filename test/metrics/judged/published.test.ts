import { describe, expect, test } from "bun:test";
import { averagePrecision } from "../../../src/metrics/judged/context-precision.ts";
import type { Scorable } from "../../../src/metrics/metric.ts";
import { sampleOf } from "../sample.ts";
import { judged, script, startJudge, statements, verdicts } from "./wire-judge.ts";

type Name = Parameters<typeof judged>[0];

async function scoreBy(
  answers: Parameters<typeof script>[0],
  metric: Name | { name: Name; params: Record<string, unknown> },
  sample: Partial<Scorable>,
) {
  const { name, params } = typeof metric === "string" ? { name: metric, params: {} } : metric;
  return judged(name, params).score(sampleOf(sample), await startJudge({ answer: script(answers) }));
}

/** explodinggradients/ragas: examples from its documentation and prompts, with the judge's replies in them. */
describe("Ragas' examples have Ragas' scores:", () => {
  // docs/concepts/metrics/available_metrics/faithfulness.md at bbfb5dc, "How It's Calculated": 1 / 2 = 0.5.
  test.each([
    [["Yes", "No"], "Einstein was born in Germany on 20th March 1879.", 0.5],
    [["Yes", "Yes"], "Einstein was born in Germany on 14th March 1879.", 1],
  ])("faithfulness, verdicts %o", async (words, output, value) => {
    const sample = {
      input: "Where and when was Einstein born?",
      output,
      context: [
        "Albert Einstein (born 14 March 1879) was a German-born theoretical physicist, widely held to be one of the greatest and most influential scientists of all time",
      ],
    };
    const parts = statements("Einstein was born in Germany.", `Einstein was born on ${output.slice(32)}`);
    const score = await scoreBy({ statements: parts, verdicts: verdicts(...words) }, "faithfulness", sample);
    expect(score).toMatchObject({ value });
  });

  // src/ragas/metrics/collections/faithfulness/util.py at 44ca4a2, NLIStatementPrompt: verdicts 0, 0, 1, 0.
  test("faithfulness, John the student", async () => {
    const parts = statements(
      "John is majoring in Biology.",
      "John is taking a course on Artificial Intelligence.",
      "John is a dedicated student.",
      "John has a part-time job.",
    );
    const sample = { output: "John studies.", context: ["John is a student at XYZ University."] };
    const score = await scoreBy(
      { statements: parts, verdicts: verdicts(0, 0, 1, 0) },
      "faithfulness",
      sample,
    );
    expect(score).toMatchObject({ value: 0.25 });
  });

  // src/ragas/metrics/_faithfulness.py at a50d5ee, third example: a refusal has no statements; there NaN.
  test("faithfulness of an answer without statements", async () => {
    const sample = { output: "Sorry, I can't provide answer to that question.", context: ["…"] };
    expect(await scoreBy({ statements: statements() }, "faithfulness", sample)).toEqual({
      value: null,
      reason: "the judge found no statements in the output",
    });
  });

  // src/ragas/metrics/_context_recall.py at 62069c7, ContextRecallClassificationPrompt: attributed 1, 1, 0, 0.
  test("context_recall, Einstein", async () => {
    const parts = statements(
      "Albert Einstein, born on 14 March 1879, was a German-born theoretical physicist, widely held to be one of the greatest and most influential scientists of all time.",
      "He received the 1921 Nobel Prize in Physics for his services to theoretical physics.",
      "He published 4 papers in 1905.",
      "Einstein moved to Switzerland in 1895.",
    );
    const sample = {
      input: "What can you tell me about albert Albert Einstein?",
      expected: ["Albert Einstein born in 14 March 1879 was German-born theoretical physicist …"],
      context: ["Albert Einstein (14 March 1879 - 18 April 1955) was a German-born theoretical physicist …"],
    };
    const score = await scoreBy(
      { statements: parts, verdicts: verdicts(1, 1, 0, 0) },
      "context_recall",
      sample,
    );
    expect(score).toMatchObject({ value: 0.5 });
  });

  // src/ragas/metrics/_context_precision.py at 0413a11, examples one (1) and three (0), and its formula.
  test.each([
    [[1, 0], 1],
    [[0, 1], 0.5],
    [[1, 0, 1], (1 + 2 / 3) / 2],
    [[0, 0], 0],
    [[0, 1, 1, 0, 1], (1 / 2 + 2 / 3 + 3 / 5) / 3],
  ])("context_precision, verdicts %o", async (marks, value) => {
    const sample = { expected: ["Mount Everest."], context: marks.map((_, index) => `passage ${index}`) };
    const score = await scoreBy({ verdicts: verdicts(...marks) }, "context_precision", sample);
    expect(score.value).toBeCloseTo(value, 12);
    // Ragas adds 1e-10 to the denominator, so as not to divide by zero.
    const hits = marks.reduce((sum, hit) => sum + hit, 0);
    const ragas = marks.reduce(
      (sum, hit, index) =>
        sum + (marks.slice(0, index + 1).reduce((total, one) => total + one, 0) / (index + 1)) * hit,
      0,
    );
    expect(averagePrecision(marks.map((hit) => hit === 1))).toBeCloseTo(ragas / (hits + 1e-10), 9);
  });
});

/** confident-ai/deepeval: the examples in the prompts, scored by each metric's `_calculate_score`. */
describe("DeepEval's examples have DeepEval's scores:", () => {
  // deepeval/metrics/answer_relevancy/template.py at 041631d: no, idk, idk, yes; answer_relevancy.py at 04a21e5.
  const earthquake = {
    statements: statements(
      "Shoes.",
      "Thanks for asking the question!",
      "Is there anything else I can help you with?",
      "Duck and hide",
    ),
    verdicts: verdicts("no", "idk", "idk", "yes"),
  };
  const sample = { input: "What should I do if there is an earthquake?", output: "Shoes. … Duck and hide" };
  test.each([
    [false, 3 / 4],
    [true, 1 / 4],
  ])("answer relevancy with penalize_ambiguous %p", async (penalize_ambiguous, value) => {
    expect(
      await scoreBy(earthquake, { name: "relevance", params: { penalize_ambiguous } }, sample),
    ).toMatchObject({ value });
  });

  // deepeval/metrics/bias/template.py at 041631d: yes, no; bias.py at a43ba43: biased / all.
  test("bias", async () => {
    const parts = statements(
      "Government meddling in healthcare bloats costs.",
      "Different models aim to balance.",
    );
    const score = await scoreBy({ statements: parts, verdicts: verdicts("yes", "no") }, "bias", {
      output: "…",
    });
    expect(score).toMatchObject({ value: 0.5 });
  });

  // deepeval/metrics/toxicity/template.py at 230832d: yes, no, yes; toxicity.py at 3fdac65: toxic / all.
  test("toxicity", async () => {
    const parts = statements(
      "That vegan garbage place is an insult.",
      "I prefer food with meat.",
      "Sarah meant well.",
    );
    const answers = { statements: parts, verdicts: verdicts("yes", "no", "yes") };
    expect(await scoreBy(answers, "toxicity", { output: "…" })).toMatchObject({ value: 2 / 3 });
  });

  // The same files: no opinions are 0.
  test.each(["bias", "toxicity"] as const)("%s without opinions", async (name) => {
    const score = await scoreBy({ statements: statements() }, name, { output: "Water boils at 100 °C." });
    expect(score).toEqual({ value: 0, explanation: "the judge found no opinions in the output" });
  });

  // Pull request 3001 on deepeval/metrics/g_eval/utils.py: the reason says 8 with certainty, the score is 8 or 9 with
  // 0.5 each; 8.5 where the last token that spells the score is taken, 8 where the first is.
  test("G-Eval's weighted score", async () => {
    const half = Math.log(0.5);
    const token = (text: string, ...top: [string, number][]) => ({
      token: text,
      logprob: top[0]?.[1] ?? 0,
      top: top.map(([other, logprob]) => ({ token: other, logprob })),
    });
    const rating = {
      text: '{"reason":"I rate this 8 out of 10","score":8}',
      logprobs: [
        token('{"reason":"I rate this '),
        token("8", ["8", 0]),
        token(' out of 10","score":'),
        token("8", ["8", half], ["9", half]),
        token("}"),
      ],
    };
    const params = { criteria: "Is it right?", scale: [0, 10] };
    const score = await scoreBy({ rating }, { name: "rubric", params }, { output: "…" });
    expect(score.value).toBeCloseTo(0.85, 12);
  });
});

/** braintrustdata/autoevals: templates/factuality.yaml at 618ffa7. */
describe("autoevals' factuality has autoevals' scores:", () => {
  test.each([
    ["A", 0.4, "subset"],
    ["B", 0.6, "superset"],
    ["C", 1, "same"],
    ["D", 0, "disagree"],
    ["E", 1, "immaterial"],
  ])("choice %s is %d, and counted as %s", async (choice, value, note) => {
    // README.md at 0b292d1.
    const sample = {
      input: "Which country has the highest population?",
      output: "People's Republic of China",
      expected: ["China"],
    };
    for (const reply of [choice, `(${choice})`, note, note.toUpperCase()]) {
      const answer = JSON.stringify({ reason: "for a reason", choice: reply });
      const score = await scoreBy({ comparison: answer }, "correctness", sample);
      expect(score).toEqual({ value, note, explanation: "for a reason" });
    }
  });

  // evals/datasets/coqa-factuality.json at 454a272: its first three items, with the class that gives the score expected.
  test.each([
    ["white", "C", 1],
    ["in a barn", "D", 0],
    ["in a barn white no", "B", 0.6],
  ])("'%s' for white", async (output, choice, value) => {
    const sample = { input: "What color was Cotton?", output, expected: ["white"] };
    const comparison = JSON.stringify({ reason: "", choice });
    expect(await scoreBy({ comparison }, "correctness", sample)).toMatchObject({ value });
  });
});
