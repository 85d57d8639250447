import { describe, expect, test } from "bun:test";
import { createRandom } from "../../src/base/random.ts";
import { metrics } from "../../src/metrics/index.ts";
import { JudgeFailure, type Scorable, type Score, type ScoringTools } from "../../src/metrics/metric.ts";
import { GROWTH_MAX, growthOf } from "../support/timing/growth.ts";
import { formsOf, metricOf, sampleOf } from "./sample.ts";

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

function anyUsage(): Scorable["usage"] {
  if (random() < 0.2) return null;
  const completion_tokens = Math.floor(random() * 5);
  const counts = { prompt_tokens: 1, completion_tokens, total_tokens: 1 + completion_tokens };
  return random() < 0.2 ? { ...counts, estimated: true } : counts;
}

/** Draws any sample that a run may contain; a reference is sometimes the output itself. */
function anySample(): Scorable {
  const output = anyText();
  const optional = present({
    expected: maybe(() => (random() < 0.1 ? ["B"] : [anyText(), random() < 0.3 ? output : anyText()])),
    context: maybe(() => Array.from({ length: Math.floor(random() * 3) }, anyText)),
    choices: random() < 0.2 ? [anyText(), anyText()] : undefined,
    latency_ms: maybe(() => (random() < 0.2 ? null : random() * 1e4)),
    ttft_ms: maybe(() => (random() < 0.2 ? null : random() * 1e4)),
    usage: maybe(anyUsage),
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

/** An embedding by the frequency of character codes; it fails for one emoji. */
const tools: ScoringTools = {
  async embed(texts) {
    if (texts.some((text) => text.includes("👍🏽"))) throw new JudgeFailure("the embedding model is down");
    return texts.map((text) => {
      const vector = new Float64Array(32);
      for (let place = 0; place < text.length; place++) vector[text.charCodeAt(place) % 32]!++;
      return vector;
    });
  },
};

const forms = Object.keys(metrics).flatMap((name) =>
  formsOf(name).map((metric, form) => [form === 0 ? name : `${name} ${form}`, metric] as const),
);

/** Metrics that hardly any of these texts meets: only their range is tested. */
const PICKY = ["classification", "json_valid", "json_schema"];

describe.each(forms)("%s", (_, metric) => {
  test("is within its range or null with a reason for any sample, and gives the same score twice", async () => {
    for (const sample of [...samples, ...edges]) {
      const score = await metric.score(sample, tools);
      expectValid(score, metric.range);
      if (metric.binary && score.value !== null) expect([0, 1]).toContain(score.value);
      expect(await metric.score(sample, tools)).toEqual(score);
    }
  });

  test("scores some samples and leaves them unchanged", async () => {
    let scored = 0;
    for (const sample of samples) {
      const before = structuredClone(sample);
      if ((await metric.score(sample, tools)).value !== null) scored++;
      expect(sample).toEqual(before);
    }
    // A schema that only refers to itself cannot be checked against any text.
    if (!PICKY.includes(metric.name)) expect(scored).toBeGreaterThan(ROUNDS / 40);
  });
});

describe("an output that is its own reference, context and input", () => {
  const texts = [...samples.map(({ output }) => output), long];
  const perfect = [
    "accuracy",
    "exact_match",
    "contains",
    "starts_with",
    "levenshtein",
    "f1",
    "semantic_similarity",
    "faithfulness",
    "relevance",
  ];

  test.each(perfect)("has the highest %s, or none", async (name) => {
    const metric = formsOf(name)[0]!;
    for (const text of texts) {
      const sample = sampleOf({ input: text, output: text, expected: [text], context: [text] });
      const { value } = await metric.score(sample, tools);
      expect([text, value === null || Math.abs(value - 1) < 1e-12]).toEqual([text, true]);
    }
  });

  test.each([
    ["rouge_1", 1],
    ["rouge_l", 1],
    ["bleu", 100],
    ["chrf", 100],
  ])("has the highest %s, or none of what it counts", async (name, highest) => {
    for (const text of texts) {
      const { value } = await metricOf(name).score(sampleOf({ output: text, expected: [text] }));
      const isHighest = value === null || value === 0 || Math.abs(value - highest) < 1e-9;
      expect([text, isHighest]).toEqual([text, true]);
    }
  });
});

const HALF_MEGABYTE = 524_288;
/** Texts are made of one of these over and over. */
const UNITS = [
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

describe.each(forms.filter(([title, { name }]) => title === name))("%s", (_, metric) => {
  test.each(UNITS)("takes time in proportion to a text of %j, up to half a megabyte", async (unit) => {
    const growth = growthOf((bytes) => {
      const text = unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));
      const sample = sampleOf({ input: text, output: `${text}x`, expected: [text.slice(1), "12"] });
      return async () => expectValid(await metric.score(sample, tools), metric.range);
    }, HALF_MEGABYTE);
    expect(await growth).toBeLessThan(GROWTH_MAX);
  });
});
