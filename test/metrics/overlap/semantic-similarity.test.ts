import { expect, test } from "bun:test";
import { JudgeFailure, type Scorable, type ScoringTools } from "../../../src/metrics/metric.ts";
import { metricOf, sampleOf } from "../sample.ts";

const MODEL = { provider: "openai", model: "text-embedding-3-small" };
const VECTORS: Record<string, number[]> = {
  car: [1, 0],
  automobile: [3, 4],
  banana: [0, 2],
  anticar: [-1, 0],
  nothing: [0, 0],
};

type Embed = NonNullable<ScoringTools["embed"]>;
const known: Embed = async (texts) => texts.map((text) => VECTORS[text] ?? []);

const score = (fields: Partial<Scorable>, embed: Embed = known, params = {}) =>
  metricOf("semantic_similarity", { ...MODEL, ...params }).score(sampleOf(fields), { embed });

test("is the cosine of the nearest reference's embedding", async () => {
  expect(await score({ output: "car", expected: ["banana", "automobile"] })).toEqual({ value: 0.6 });
  expect(await score({ output: "car", expected: ["banana"] })).toEqual({ value: 0 });
  expect(await score({ output: "car", expected: ["anticar"] })).toEqual({ value: 0 });
});

test("is rescaled above a minimal cosine, as in autoevals", async () => {
  const sample = { output: "car", expected: ["automobile"] };
  expect((await score(sample, known, { expected_min: 0.5 })).value).toBeCloseTo(0.2, 12);
  expect((await score(sample, known, { expected_min: 0.7 })).value).toBe(0);
});

test("embeds all texts in one call to the named model", async () => {
  const asked: unknown[] = [];
  await score({ output: "car", expected: ["automobile", "banana"] }, async (texts, model) => {
    asked.push([texts, model]);
    return known(texts, model);
  });
  expect(asked).toEqual([[["car", "automobile", "banana"], MODEL]]);
  expect(metricOf("semantic_similarity", MODEL).embedding).toEqual(MODEL);
});

test("is null with the reason if there are no embeddings", async () => {
  const sample = { output: "car", expected: ["automobile"] };
  const without = metricOf("semantic_similarity", MODEL).score(sampleOf(sample));
  expect(await without).toEqual({ value: null, reason: "no embedding model is available" });
  const failing = async () => {
    throw new JudgeFailure("HTTP 500");
  };
  expect(await score(sample, failing)).toEqual({
    value: null,
    reason: "the embeddings could not be computed: HTTP 500",
    failure: "judge",
  });
  expect(await score(sample, async () => [[1]])).toMatchObject({ value: null, failure: "judge" });
  expect(await score({ output: "nothing", expected: ["car"] })).toMatchObject({ value: null });
  expect(await score({ output: "car", expected: ["unheard of"] })).toMatchObject({ value: null });
  expect(await score({ output: "A", expected: ["A"], choices: ["x", "y"] })).toMatchObject({ value: null });
});

test("an error other than the model's failure is thrown", async () => {
  const stopped = async () => {
    throw new Error("stopped");
  };
  expect(score({ output: "car", expected: ["banana"] }, stopped)).rejects.toThrow("stopped");
});
