import { l as rougeLOfJsRouge } from "js-rouge";
import { createRandom } from "../../src/base/random.ts";
import { metrics } from "../../src/metrics/index.ts";
import type { Scorable } from "../../src/metrics/metric.ts";
import { percentile } from "../../src/statistics/quantile.ts";
import { formsOf } from "../metrics/sample.ts";

/** Pairs of texts that a metric scores in a second. */
export interface MetricRate {
  name: string;
  per_second: number;
}

export interface TextRates {
  pairs: number;
  rates: MetricRate[];
  /** `rouge_l` over js-rouge, round by round. */
  against_js_rouge: number[];
}

const PAIRS = 10_000;
const ROUNDS = 10;
const WORDS = 200;
const VOCABULARY = 2_000;
/** Of a reference's words: those that the output has in their place. */
const KEPT = 0.6;
/** What these read is JSON, not prose. */
const OTHERS = ["json_valid", "json_schema"];
const JS_ROUGE = "js-rouge's l";

const median = (values: readonly number[]): number =>
  percentile(Float64Array.from(values).sort(), 50) ?? Number.NaN;

/** Outputs that share much with their references, in sentences of some fifteen words. */
function* pairs(count: number): Generator<Scorable & { expected: [string] }> {
  const random = createRandom("text metrics");
  const word = () => `word${Math.floor(random() ** 2 * VOCABULARY)}`;
  const text = (words: readonly string[]) =>
    words.map((each, place) => (place % 15 === 14 ? `${each}.` : each)).join(" ");
  for (let pair = 0; pair < count; pair++) {
    const reference = Array.from({ length: WORDS }, word);
    const output = text(reference.map((each) => (random() < KEPT ? each : word())));
    yield { input: text(reference.slice(0, 30)), output, answer: output, expected: [text(reference)] };
  }
}

type Score = (sample: Scorable & { expected: [string] }) => unknown;

/** Every metric that looks at texts alone, and the other implementation. */
function contestants(): [string, Score][] {
  const measured = Object.entries(metrics).filter(
    ([name, { requires }]) =>
      !OTHERS.includes(name) && requires.every((each) => each === "expected" || each === "context"),
  );
  const ours = measured.map(([name]): [string, Score] => {
    const [metric] = formsOf(name);
    return [name, (sample) => metric!.score(sample)];
  });
  return [...ours, [JS_ROUGE, ({ output, expected }) => rougeLOfJsRouge(output, expected[0])]];
}

/** All take their turn at a tenth of the pairs, then at the next tenth: whatever the machine does meets them alike. */
export function textMetrics(): TextRates {
  const samples = [...pairs(PAIRS)];
  const turns = contestants();
  const rates = new Map<string, number[]>(turns.map(([name]) => [name, []]));
  const size = PAIRS / ROUNDS;
  for (let round = 0; round < ROUNDS; round++) {
    const some = samples.slice(round * size, (round + 1) * size);
    for (const [name, score] of turns) {
      const started = performance.now();
      for (const sample of some) score(sample);
      rates.get(name)?.push((size * 1000) / (performance.now() - started));
    }
  }
  const [ours, theirs] = [rates.get("rouge_l") ?? [], rates.get(JS_ROUGE) ?? []];
  return {
    pairs: PAIRS,
    rates: [...rates].map(([name, of_rounds]) => ({ name, per_second: median(of_rounds) })),
    against_js_rouge: ours.map((rate, round) => rate / theirs[round]!),
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");

/** A line a metric, and how `rouge_l` compares. */
export function reportTexts({ pairs: count, rates, against_js_rouge }: TextRates): string {
  const width = Math.max(...rates.map(({ name }) => name.length));
  const lines = rates.map(
    ({ name, per_second }) => `  ${name.padEnd(width)}  ${whole(per_second).padStart(9)}/s`,
  );
  const ratio = median(against_js_rouge);
  const spread = `${Math.min(...against_js_rouge).toFixed(1)}–${Math.max(...against_js_rouge).toFixed(1)}`;
  return [
    `${whole(count)} pairs of ${WORDS} words, scored one after the other:`,
    ...lines,
    `rouge_l against js-rouge: ${ratio.toFixed(1)} times (${spread}), target 3 ${ratio >= 3 ? "met" : "missed"}`,
  ].join("\n");
}
