import { describe, expect, test } from "bun:test";
import { sampleOf } from "../sample.ts";
import { judged, script, startJudge, statements, verdicts } from "./wire-judge.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => `statement ${index}`);

/** One verdict for each item, every second one a yes. */
const alternate = script({ statements: "" });
const judgeOf = (count: number) =>
  startJudge({
    answer: (body) => {
      const { items } = JSON.parse(String(body.messages[1]?.content));
      if (!items) return statements(...many(count));
      return verdicts(...(items as unknown[]).map((_, index) => (index % 2 === 0 ? "yes" : "no")));
    },
  });

describe("statements", () => {
  test("are judged fifty at a time, in order", async () => {
    const judge = await judgeOf(120);
    expect(await judged("faithfulness").score(sampleOf({ output: "o" }), judge)).toMatchObject({
      value: 0.5,
    });
    const calls = judge.receivedTexts().slice(1) as { items: { number: number; item: string }[] }[];
    expect(calls.map(({ items }) => items.length)).toEqual([50, 50, 20]);
    expect(calls.flatMap(({ items }) => items.map(({ item }) => item))).toEqual(many(120));
    expect(calls[2]?.items[0]).toEqual({ number: 1, item: "statement 100" });
  });

  test("beyond two hundred score null, and the first of them are not judged alone", async () => {
    const judge = await judgeOf(201);
    expect(await judged("faithfulness").score(sampleOf({ output: "o" }), judge)).toEqual({
      value: null,
      reason: "there are 201 statements, but at most 200 are judged",
    });
    expect(judge.upstream.calls).toBe(1);
  });

  test("as passages, beyond two hundred, score null too", async () => {
    const judge = await judgeOf(0);
    const sample = sampleOf({ output: "o", expected: ["e"], context: many(201) });
    expect(await judged("context_precision").score(sample, judge)).toEqual({
      value: null,
      reason: "there are 201 passages, but at most 200 are judged",
    });
    expect(judge.upstream.calls).toBe(0);
  });

  test("that are blank are ignored", async () => {
    const judge = await startJudge({
      answer: script({ statements: statements("", " ", "one"), verdicts: verdicts("yes") }),
    });
    expect(await judged("faithfulness").score(sampleOf({ output: "o" }), judge)).toMatchObject({ value: 1 });
  });

  test("are compared with the input if there is no context, and the explanation says so", async () => {
    for (const context of [undefined, [], [" "]]) {
      const judge = await startJudge({
        answer: script({ statements: statements("one"), verdicts: verdicts("no") }),
      });
      const sample = sampleOf({ input: "i", output: "o", ...(context ? { context } : {}) });
      expect(await judged("faithfulness").score(sample, judge)).toEqual({
        value: 0,
        explanation: "compared with the input, because there is no context: no: “one” (so it is)",
      });
      expect(judge.receivedTexts()[1]).toEqual({ input: "i", items: [{ number: 1, item: "one" }] });
    }
  });

  test("need no input if there is a context", async () => {
    const judge = await startJudge({
      answer: script({ statements: statements("one"), verdicts: verdicts("yes") }),
    });
    const sample = sampleOf({ input: "", output: "o", context: ["c"] });
    expect(await judged("faithfulness").score(sample, judge)).toMatchObject({ value: 1 });
  });
});

describe("an explanation", () => {
  test("has each verdict with its statement and reason, in one line that ends", async () => {
    const parts = many(50).map((part) => `${part}\n${"long ".repeat(40)}`);
    const answer = script({
      statements: statements(...parts),
      verdicts: verdicts(...parts.map(() => "yes")),
    });
    const score = await judged("relevance").score(sampleOf({ output: "o" }), await startJudge({ answer }));
    const explanation = score.value === null ? "" : (score.explanation ?? "");
    expect(explanation).toStartWith("yes: “statement 0 long long");
    expect(explanation).toHaveLength(2000);
    expect(explanation).toEndWith("…");
    expect(explanation).not.toContain("\n");
  });
});

test("a multiple-choice sample's letter cannot be compared with", async () => {
  const judge = await startJudge({ answer: alternate });
  const sample = sampleOf({ output: "o", expected: ["B"], choices: ["x", "y"], context: ["c"] });
  for (const name of ["correctness", "context_recall", "context_precision", "preference"] as const) {
    expect(await judged(name).score(sample, judge)).toEqual({
      value: null,
      reason: "a multiple-choice sample's reference is a letter, not a text",
    });
  }
  expect(judge.upstream.calls).toBe(0);
});
