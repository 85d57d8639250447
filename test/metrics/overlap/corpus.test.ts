import { describe, expect, test } from "bun:test";
import { summarizeCorpus } from "../../../src/metrics/overlap/corpus.ts";
import { metricOf, sampleOf, scoredValue, scoreOf } from "../sample.ts";

const SCALE = { unit: "points", better: "higher" } as const;
/** A ratio of sums, as in most corpus metrics. */
const ratio = (sums: Float64Array): number => sums[0]! / sums[1]!;
const summarize = (parts: number[][], clusters?: Uint32Array) =>
  summarizeCorpus({ parts, clusters }, ratio, SCALE);

describe("a corpus metric over a run", () => {
  test("is computed from the sums, not as a mean", async () => {
    const summary = await summarize([
      [1, 1],
      [0, 9],
    ]);
    expect(summary).toMatchObject({ value: 0.1, n: 2, unit: "points", better: "higher" });
  });

  test("has the bootstrap's error and interval, which agree with the mean's if the metric is a mean", async () => {
    const parts = Array.from({ length: 200 }, (_, index) => [index % 4 === 0 ? 1 : 0, 1]);
    const { value, stderr, ci95 } = await summarize(parts);
    expect(value).toBe(0.25);
    expect(stderr).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 200), 3);
    expect(ci95?.[0]).toBeCloseTo(0.25 - 1.96 * stderr!, 1);
    expect(ci95?.[1]).toBeCloseTo(0.25 + 1.96 * stderr!, 1);
  });

  test("gives the same figures whenever it is computed", async () => {
    const parts = Array.from({ length: 30 }, (_, index) => [index % 7, 7]);
    expect(await summarize(parts)).toEqual(await summarize(parts));
  });

  test("draws samples, not their repeats", async () => {
    const samples = Array.from({ length: 40 }, (_, index) => [index % 3, 2]);
    const once = await summarize(samples);
    const clusters = Uint32Array.from({ length: 120 }, (_, index) => (index % 40) + 7);
    const thrice = await summarize([...samples, ...samples, ...samples], clusters);
    expect(thrice).toEqual({ ...once, n: 120 });
  });

  test("groups trials beyond 20,000", async () => {
    const parts = Array.from({ length: 20_001 }, (_, index) => [index % 2, 1]);
    const { n, stderr } = await summarizeCorpus({ parts }, ratio, SCALE);
    expect(n).toBe(20_001);
    expect(stderr).toBeCloseTo(0.5 / Math.sqrt(20_001), 4);
  }, 60_000);

  test("has no error for one trial, and no value without trials", async () => {
    expect(await summarize([[1, 2]])).toMatchObject({ value: 0.5, n: 1, stderr: null, ci95: null });
    expect(await summarize([])).toMatchObject({ value: null, n: 0, stderr: null, ci95: null });
  });
});

test("bleu of a run is that of its outputs together", async () => {
  const bleu = metricOf("bleu");
  const output = "the cat is on the mat";
  const texts = [output, "there is a dog here"];
  const parts = texts.map((text) => {
    const score = bleu.score(sampleOf({ output: text, expected: [output] }));
    return "parts" in score ? (score.parts ?? []) : [];
  });
  const summary = await bleu.summarizeParts!(parts);
  expect(summary).toMatchObject({ n: 2, unit: "points" });
  expect(summary.value).toBeGreaterThan(0);
  expect(summary.value).toBeLessThan(100);
  expect(summary.ci95?.[0]).toBeLessThanOrEqual(summary.value!);
});

test.each([
  ["bleu", {}, "tokenize"],
  ["bleu", { tokenize: "none" }, "tokenize"],
  ["chrf", { word_order: 2 }, "word_order"],
] as const)("%s %j is null where it would take a sentence for one word", async (name, params, named) => {
  for (const text of ["北京大学位于北京市海淀区。", "東京は日本の首都です", "กรุงเทพเป็นเมืองหลวงของไทย"]) {
    const score = await scoreOf(name, { output: text, expected: [text] }, params);
    expect(score).toEqual({ value: null, reason: expect.stringContaining(`set ${named} to`) });
  }
  const split = "北京 大学 位于 北京市 海淀区";
  expect(await scoredValue(name, { output: split, expected: [split] }, params)).toBeCloseTo(100, 9);
});

test("bleu by characters, and chrf, score texts without spaces", async () => {
  const sample = { output: "北京大学位于海淀区", expected: ["北京大学位于北京市海淀区"] };
  expect(await scoredValue("bleu", sample, { tokenize: "zh" })).toBeGreaterThan(40);
  expect(await scoredValue("chrf", sample)).toBeGreaterThan(40);
});
