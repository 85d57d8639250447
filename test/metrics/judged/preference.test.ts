import { expect, test } from "bun:test";
import { textOf } from "../../support/upstream/wire.ts";
import { sampleOf } from "../sample.ts";
import { judged, startJudge } from "./wire-judge.ts";

const SAMPLE = sampleOf({ input: "Why?", output: "ours", expected: ["theirs", "another"] });

/** A judge that chooses the winner by the answer in first place. */
const judgeOf = (winners: Record<string, string>) =>
  startJudge({
    answer: ({ messages }) => {
      const { first } = JSON.parse(textOf(messages[1]?.content ?? ""));
      return JSON.stringify({ reason: `${first} was first`, winner: winners[first] });
    },
  });

test.each([
  ["first", "second", { value: 1 }],
  ["second", "first", { value: 0 }],
  ["tie", "tie", { value: 0.5, note: "tie" }],
  ["first", "first", { value: 0.5, note: "flip" }],
  ["second", "second", { value: 0.5, note: "flip" }],
  ["first", "tie", { value: 0.5, note: "flip" }],
  ["tie", "first", { value: 0.5, note: "flip" }],
  ["A", "2", { value: 1 }],
])("%s with the output first and %s with it second", async (ours, theirs, score) => {
  const judge = await judgeOf({ ours, theirs });
  expect(await judged("preference").score(SAMPLE, judge)).toEqual({
    ...score,
    explanation: "output first: ours was first · output second: theirs was first",
  } as never);
  expect(judge.receivedTexts()).toContainEqual({ input: "Why?", first: "ours", second: "theirs" });
  expect(judge.receivedTexts()).toContainEqual({ input: "Why?", first: "theirs", second: "ours" });
  expect(judge.upstream.calls).toBe(2);
});

test("a parameter replaces the expected answer", async () => {
  const judge = await judgeOf({ ours: "first", given: "second" });
  const metric = judged("preference", { other: "given", criteria: "Which rhymes?" });
  expect(metric.requires).toEqual(["judge"]);
  expect(judged("preference").requires).toEqual(["judge", "expected"]);
  expect(await metric.score(sampleOf({ output: "ours" }), judge)).toMatchObject({ value: 1 });
  expect(textOf(judge.upstream.requests[0]?.body.messages[0]?.content ?? "")).toContain("Which rhymes?");
  expect(await judged("preference").score(sampleOf({ output: "ours" }), judge)).toEqual({
    value: null,
    reason: "the sample has no expected answer",
  });
});

test("a comparison in one order alone is null", async () => {
  const judge = await judgeOf({ ours: "first", theirs: "neither of them" });
  expect(await judged("preference").score(SAMPLE, judge)).toMatchObject({ value: null, failure: "judge" });
});
