import { describe, expect, test } from "bun:test";
import { textOf } from "../../support/upstream/wire.ts";
import { sampleOf } from "../sample.ts";
import { judged, script, startJudge } from "./wire-judge.ts";

const SAMPLE = sampleOf({ input: "Why?", output: "First this. Then that." });
const mark = (score: unknown, text = JSON.stringify({ reason: `worth ${score}`, score })) => ({
  text,
  logprobs: [],
});
const temperatures = (judge: Awaited<ReturnType<typeof startJudge>>) =>
  judge.upstream.requests.map(({ body }) => body.temperature);

describe("coherence", () => {
  test("is one call at temperature 0 with twenty likeliest tokens if log-probabilities come", async () => {
    // This upstream's tokens are words; each is its own likeliest one, and the others are not numbers.
    const judge = await startJudge({ answer: script({ rating: '{"reason": "well built", "score": 4 }' }) });
    expect(await judged("coherence").score(SAMPLE, judge)).toEqual({
      value: 0.75,
      explanation: "well built",
    });
    expect(judge.upstream.calls).toBe(1);
    expect(judge.upstream.requests[0]?.body).toMatchObject({
      temperature: 0,
      logprobs: true,
      top_logprobs: 20,
    });
    expect(judge.receivedTexts()).toEqual([{ input: "Why?", output: "First this. Then that." }]);
  });

  test("is the mean of three marks at temperature 1 if no log-probabilities come", async () => {
    const judge = await startJudge({ answer: script({ rating: [mark(5), mark(4), mark(2), mark(5)] }) });
    const score = await judged("coherence").score(SAMPLE, judge);
    expect(score.value).toBeCloseTo((3 / 4 + 1 / 4 + 1) / 3, 12);
    expect(temperatures(judge)).toEqual([0, 1, 1, 1]);
    for (const { body } of judge.upstream.requests.slice(1)) expect(body).not.toHaveProperty("logprobs");
  });

  test("samples as many marks as requested, and none if one is requested", async () => {
    for (const [samples, calls] of [
      [1, 1],
      [2, 3],
      [20, 21],
    ] as const) {
      const judge = await startJudge({ answer: script({ rating: mark(3) }) });
      expect(await judged("coherence", { samples }).score(SAMPLE, judge)).toMatchObject({ value: 0.5 });
      expect(judge.upstream.calls).toBe(calls);
    }
  });

  test("distinguishes the samples for a cache", async () => {
    const repeats: unknown[] = [];
    const judge = async (request: { repeat?: number }) => {
      repeats.push(request.repeat);
      return { text: '{"reason":"","score":1}', finish_reason: "stop" as const };
    };
    expect(await judged("coherence").score(SAMPLE, { judge })).toMatchObject({ value: 0 });
    expect(repeats).toEqual([undefined, 0, 1, 2]);
  });

  test("is null if one sample fails, after all others have ended", async () => {
    const fault = (call: number) => (call === 3 ? { status: 401 } : undefined);
    const judge = await startJudge({ answer: script({ rating: mark(3) }), fault });
    expect(await judged("coherence").score(SAMPLE, judge)).toMatchObject({ value: null, failure: "judge" });
    expect(judge.upstream.calls).toBe(4);
    expect(judge.upstream.requests.some(({ aborted }) => aborted)).toBe(false);
  });

  test.each([[0], [6], [-3], ["high"], [null], [""], ["1e999"], [[4]]])(
    "a mark of %p is asked for again",
    async (score) => {
      const judge = await startJudge({ answer: script({ rating: [mark(score), mark(4)] }) });
      expect(await judged("coherence", { samples: 1 }).score(SAMPLE, judge)).toMatchObject({ value: 0.75 });
      expect(judge.upstream.calls).toBe(2);
    },
  );

  test.each([
    ["4", 0.75],
    [3.5, 0.625],
    [" 5 ", 1],
  ])("a mark of %p is %d", async (score, value) => {
    const judge = await startJudge({ answer: script({ rating: mark(score) }) });
    expect(await judged("coherence", { samples: 1 }).score(SAMPLE, judge)).toMatchObject({ value });
  });
});

describe("rubric", () => {
  test("sends the caller's criteria, steps and scale, and rescales the mark to 0 to 1", async () => {
    const judge = await startJudge({ answer: script({ rating: mark(7) }) });
    const params = {
      criteria: "Is it polite?",
      steps: ["Look for thanks.", "Look for insults."],
      scale: [0, 10],
      samples: 1,
    };
    expect(await judged("rubric", params).score(SAMPLE, judge)).toMatchObject({ value: 0.7 });
    const orders = textOf(judge.upstream.requests[0]?.body.messages[0]?.content ?? "");
    for (const part of [
      "Is it polite?",
      "1. Look for thanks.",
      "2. Look for insults.",
      "from 0 (worst) to 10 (best)",
    ])
      expect(orders).toContain(part);
  });

  test("sends the requested texts, and always the output", async () => {
    const judge = await startJudge({ answer: script({ rating: mark(5) }) });
    const metric = judged("rubric", { criteria: "?", texts: ["context", "expected"], samples: 1 });
    expect(metric.requires).toEqual(["judge", "expected", "context"]);
    const sample = sampleOf({ output: "o", expected: ["e"], context: ["c", "d"] });
    expect(await metric.score(sample, judge)).toMatchObject({ value: 1 });
    expect(judge.receivedTexts()).toEqual([{ output: "o", expected: "e", context: ["c", "d"] }]);
    expect(await metric.score(sampleOf({ output: "o", expected: ["e"] }), judge)).toEqual({
      value: null,
      reason: "the sample has no context",
    });
  });

  test.each([[[5, 1]], [[3, 3]]])("refuses the scale %p", (scale) => {
    expect(() => judged("rubric", { criteria: "?", scale })).toThrow("scale: must be two marks");
  });
});
