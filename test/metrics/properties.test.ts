import { describe, expect, test } from "bun:test";
import { createRandom } from "../../src/domain/random.ts";
import { metrics } from "../../src/metrics/index.ts";
import type { Scorable, Score } from "../../src/metrics/metric.ts";
import { sampleOf } from "./sample.ts";

const PIECES = [
  "the",
  "A",
  "cat",
  "Cat's",
  "don’t",
  "1,000",
  "-3.5",
  "$12",
  "50%",
  "1e9",
  ".",
  "。",
  "?!",
  "\n",
  "\t",
  " ",
  "  ",
  "",
  "東京",
  "は首都です。",
  "北京大学",
  "한국어",
  "สวัสดี",
  "Привет",
  "שלום",
  "مرحبا",
  "é",
  "e\u0301",
  "\u0301",
  "İ",
  "ß",
  "ﬁ",
  "🎉",
  "👩‍👩‍👧",
  "👍🏽",
  "\ud800",
  "\udc00",
  "\0",
  "\u200b",
  "\ufeff",
  "\u2028",
  "\u202e",
  "__proto__",
  "constructor",
  ".*",
  "\\",
  "$&",
];

const ROUNDS = 400;
const random = createRandom("metrics");
const textOf = (length: number): string =>
  Array.from(
    { length },
    () => PIECES[Math.floor(random() * PIECES.length)]! + (random() < 0.6 ? " " : ""),
  ).join("");
const anyText = (): string => textOf(Math.floor(random() * 20));
const maybe = <Field>(field: () => Field): Field | undefined => (random() < 0.7 ? field() : undefined);
const present = (fields: Record<string, unknown>): Partial<Scorable> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Any sample a run may come up with; references are now and then the output itself. */
function anySample(): Scorable {
  const output = anyText();
  const optional = present({
    expected: maybe(() => [anyText(), random() < 0.3 ? output : anyText()]),
    context: maybe(() => Array.from({ length: Math.floor(random() * 3) }, anyText)),
    choices: random() < 0.2 ? [anyText(), anyText()] : undefined,
    latency_ms: maybe(() => (random() < 0.2 ? null : random() * 1e4)),
    cost_usd: maybe(() => (random() < 0.2 ? null : random())),
  });
  return sampleOf({ input: anyText(), output, answer: random() < 0.2 ? null : anyText(), ...optional });
}

function expectValid(score: Score, [lowest, highest]: readonly [number | null, number | null]): void {
  if (score.value === null) {
    expect(score.reason.length).toBeGreaterThan(10);
    return;
  }
  expect(Number.isFinite(score.value)).toBe(true);
  expect(score.value).toBeGreaterThanOrEqual(lowest ?? -Infinity);
  expect(score.value).toBeLessThanOrEqual(highest ?? Infinity);
}

const samples = Array.from({ length: ROUNDS }, anySample);
const long = textOf(6000).slice(0, 10_000);
const edges = [
  sampleOf({ input: "", output: "", expected: [""], context: [""] }),
  sampleOf({ input: long, output: long, expected: [long], context: [long] }),
  sampleOf({ input: "\ud800", output: "\udfff", expected: ["\ud800\ud800"], context: ["\udfff"] }),
];

describe.each(Object.entries(metrics))("%s", (_, metric) => {
  test("is within its range or null with a reason, whatever the sample, and the same twice", async () => {
    for (const sample of [...samples, ...edges]) {
      const score = await metric.score(sample);
      expectValid(score, metric.range);
      expect(await metric.score(sample)).toEqual(score);
    }
  });

  test("scores some samples and leaves the sample as it was", async () => {
    let scored = 0;
    for (const sample of samples) {
      const before = structuredClone(sample);
      if ((await metric.score(sample)).value !== null) scored++;
      expect(sample).toEqual(before);
    }
    expect(scored).toBeGreaterThan(ROUNDS / 10);
  });

  test("takes no more than about a second for a megabyte, even of an unkind kind", async () => {
    const MEGABYTE = 1_048_576;
    const units = [
      "The cat sat on the mat. ",
      "a",
      "-",
      ".",
      "0",
      "1,000",
      "the ",
      "\n",
      "A\n",
      "$ ",
      "漢",
      "東京は首都です。",
      "👩‍👩‍👧",
      "\u0301",
    ];
    for (const unit of units) {
      const text = unit.repeat(Math.floor(MEGABYTE / Buffer.byteLength(unit)));
      const sample = sampleOf({ input: text, output: `${text}x`, expected: [text.slice(1), "12"] });
      const start = performance.now();
      expectValid(await metric.score(sample), metric.range);
      expect([unit, performance.now() - start < 2000]).toEqual([unit, true]);
    }
  }, 30_000);
});

describe("an output that is its own reference, context and input", () => {
  const texts = [...samples.map(({ output }) => output), long];
  const perfect = ["accuracy", "exact_match", "contains", "f1", "faithfulness", "relevance"] as const;

  test.each(perfect)("has the highest %s, or none", async (name) => {
    for (const text of texts) {
      const sample = sampleOf({ input: text, output: text, expected: [text], context: [text] });
      const { value } = await metrics[name].score(sample);
      expect([text, value === null || Math.abs(value - 1) < 1e-12]).toEqual([text, true]);
    }
  });
});
