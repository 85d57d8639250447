import { describe, expect, test } from "bun:test";
import gsm8k from "./references/gsm8k.json";
import ngrams from "./references/ngram-metrics.json";
import { metricOf, sampleOf, scoredValue } from "./sample.ts";

type Case = [output: string, references: string[], values: number[]];
type Corpus = [first: number, end: number, values: number[]];

const cases = ngrams.cases as Case[];
const variants = ngrams.variants as [name: string, params: Record<string, unknown>][];
const corpora = ngrams.corpora as Corpus[];
const CLOSE = 1e-9;
/** Scripts that a tokenizer of the references does not split or read: there we score null, and not what they score. */
const UNCOVERED =
  /\p{Script=Han}|\p{Script=Thai}|\p{Script=Kana}|\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Cyrillic}|\p{Script=Hangul}|\p{Script=Devanagari}|\p{Script=Greek}|[Ａ-Ｚ]|^\P{L}*$/u;

const titled = variants.map(([name, params], place) => ({
  name,
  params,
  place,
  as: JSON.stringify(params),
}));

describe("against sacrebleu and rouge_score", () => {
  test.each(titled)("$name $as agrees on every text", async ({ name, params, place }) => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    const metric = metricOf(name, params);
    for (const [output, expected, values] of cases) {
      const { value } = await metric.score(sampleOf({ output, expected }));
      if (value === null) {
        expect(expected.join()).toMatch(UNCOVERED);
        continue;
      }
      const wanted = values[place]!;
      expect([output, expected, value, Math.abs(value - wanted) <= CLOSE]).toEqual([
        output,
        expected,
        value,
        true,
      ]);
    }
  });

  const of_corpora = titled.filter(({ name }) => name === "bleu" || name === "chrf");

  test.each(of_corpora)(
    "$name $as agrees on every corpus",
    async ({ name, params, place }) => {
      const metric = metricOf(name, params);
      let compared = 0;
      for (const [first, end, values] of corpora) {
        const scores = await Promise.all(
          cases.slice(first, end).map(([output, expected]) => metric.score(sampleOf({ output, expected }))),
        );
        const parts = scores.flatMap((score) => (score.value === null ? [] : [score.parts ?? []]));
        // Where a trial is null, the reference's corpus is another one.
        if (parts.length < scores.length) continue;
        compared++;
        const summary = await metric.summarizeParts!(parts);
        expect(Math.abs(summary.value! - values[place]!)).toBeLessThanOrEqual(CLOSE);
      }
      expect(compared).toBeGreaterThanOrEqual(2);
    },
    60_000,
  );

  test("the texts include many scripts, several references, and empty and partly matching ones", () => {
    const count = (is: (example: Case) => boolean) => cases.filter(is).length;
    expect(count(([output]) => /\p{Script=Han}/u.test(output))).toBeGreaterThan(20);
    expect(count(([output]) => /[^\p{ASCII}]/u.test(output))).toBeGreaterThan(100);
    expect(count(([, references]) => references.length > 1)).toBeGreaterThan(80);
    expect(count(([output]) => output.trim() === "")).toBeGreaterThan(5);
    for (const { place } of titled)
      expect(count(([, , values]) => values[place]! > 0 && values[place]! < 99)).toBeGreaterThan(50);
  });
});

describe("against lm-evaluation-harness's GSM8K", () => {
  const answers = gsm8k.cases as [string, string[], number, number][];

  test.each([
    ["strict", 2],
    ["flexible", 3],
  ] as const)("numeric_match %s agrees on every text", async (mode, column) => {
    expect(answers.length).toBeGreaterThanOrEqual(200);
    for (const example of answers) {
      const [output, expected] = example;
      expect([example, await scoredValue("numeric_match", { output, expected }, { mode })]).toEqual([
        example,
        example[column],
      ]);
    }
  });
});
