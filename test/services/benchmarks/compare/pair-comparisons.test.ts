import { describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import {
  allPairs,
  type ComparisonDesign,
  comparePairs,
} from "../../../../src/services/benchmarks/compare/pair-comparisons.ts";
import type { Side } from "../../../../src/services/benchmarks/compare/pairing.ts";
import { boundsOf } from "../../../../src/services/benchmarks/scores/bounds.ts";
import { adjustHolm } from "../../../../src/statistics/holm.ts";
import { mcNemar } from "../../../../src/statistics/mcnemar.ts";
import { tangoInterval } from "../../../../src/statistics/paired-proportions.ts";
import { pairedT } from "../../../../src/statistics/paired-t.ts";
import { readyMetric } from "../../../support/metrics.ts";

const [accuracy, f1, latency] = [readyMetric("accuracy"), readyMetric("f1"), readyMetric("latency")];
const PLAIN: ComparisonDesign = { seed: 0 };

const side = (label: string, values: ArrayLike<number>): Side => ({
  label,
  values: Float64Array.from(values),
});
/** Right answers first: `both`, then those of the first alone, of the second alone, of neither. */
const sides = (both: number, first: number, second: number, neither: number): Side[] => [
  side("a", [...Array(both + first).fill(1), ...Array(second + neither).fill(0)]),
  side("b", [
    ...Array(both).fill(1),
    ...Array(first).fill(0),
    ...Array(second).fill(1),
    ...Array(neither).fill(0),
  ]),
];

async function compareTwo(metric: typeof accuracy, [a, b]: Side[], design: Partial<ComparisonDesign> = {}) {
  const [comparison] = await comparePairs(metric, [{ a: a!, b: b! }], { ...PLAIN, ...design });
  if (!comparison) throw new Error("no comparison");
  return comparison;
}

describe("right or wrong answers", () => {
  test("are compared by McNemar's mid-p, the exact test beside it", async () => {
    const comparison = await compareTwo(accuracy, sides(150, 30, 12, 28));
    const { p_midp, p_exact } = mcNemar(30, 12);
    expect(comparison).toEqual({
      metric: "accuracy",
      a: "a",
      b: "b",
      difference: 18 / 220,
      n: 220,
      ci95: tangoInterval({ pairs: 220, onlyFirst: 30, onlySecond: 12 }),
      p_value: p_midp,
      p_adjusted: p_midp,
      p_exact,
      test: "mcnemar_midp",
      verdict: "better",
      // (1.95996 √.190909 + .841621 √(.190909 − .0818182²))² / .0818182² = 221.47.
      n_needed: 222,
    });
  });

  test("from the other side are worse by as much", async () => {
    const [a, b] = sides(150, 30, 12, 28);
    expect(await compareTwo(accuracy, [b!, a!])).toMatchObject({
      a: "b",
      b: "a",
      difference: -18 / 220,
      verdict: "worse",
      n_needed: 222,
    });
  });

  test("of too few samples are inconclusive, with the number needed", async () => {
    const comparison = await compareTwo(accuracy, sides(80, 8, 4, 8));
    expect(comparison).toMatchObject({ difference: 0.04, verdict: "inconclusive", n: 100 });
    expect(comparison.n_needed).toBe(587);
  });

  test("that are equal in number have no winner, and no number of samples finds one", async () => {
    expect(await compareTwo(accuracy, sides(50, 5, 5, 0))).toMatchObject({
      difference: 0,
      p_value: 1,
      verdict: "inconclusive",
      n_needed: null,
    });
  });

  test("pair only where both runs have a score", async () => {
    const [a, b] = sides(10, 3, 0, 0);
    a!.values[0] = Number.NaN;
    b!.values[12] = Number.NaN;
    expect(await compareTwo(accuracy, [a!, b!])).toMatchObject({ n: 11, difference: 2 / 11 });
  });

  test("without a common sample nothing is known", async () => {
    const comparison = await compareTwo(accuracy, [side("a", [1, Number.NaN]), side("b", [Number.NaN, 1])]);
    expect(comparison).toMatchObject({
      n: 0,
      difference: null,
      ci95: null,
      p_value: null,
      p_adjusted: null,
      verdict: "inconclusive",
      n_needed: null,
    });
  });
});

describe("where Tango's interval and the mid-p test disagree", () => {
  /** Every table of up to 60 pairs whose figures disagree on 0. */
  const tables = Array.from({ length: 61 }, (_, both) => both).flatMap((both) =>
    Array.from({ length: 16 }, (_, first) => [both, first, Math.floor(first / 6)] as const),
  );

  test("a note says so, and only there", async () => {
    let disagreeing = 0;
    for (const [both, first, second] of tables) {
      const { ci95, p_value, note } = await compareTwo(accuracy, sides(both, first, second, 1));
      const excludes = ci95![0] > 0 || ci95![1] < 0;
      expect({ both, first, second, noted: note !== undefined }).toMatchObject({
        noted: excludes !== p_value! < 0.05,
      });
      if (note === undefined) continue;
      disagreeing++;
      expect(note).toStartWith(
        `Tango's interval ${excludes ? "excludes" : "includes"} 0, but the mid-p test gives`,
      );
    }
    expect(disagreeing).toBeGreaterThan(0);
    expect(disagreeing).toBeLessThan(tables.length / 10);
  });
});

describe("scores on a scale", () => {
  test("are compared by paired t", async () => {
    const a = side("a", [0.9, 0.8, 0.85, 0.7, 0.95, 0.9]);
    const b = side("b", [0.5, 0.6, 0.55, 0.45, 0.5, 0.65]);
    const comparison = await compareTwo(f1, [a, b]);
    expect(comparison).toMatchObject({ test: "paired_t", n: 6, verdict: "better" });
    expect(comparison.difference).toBeCloseTo(0.308333, 6);
    // scipy 1.17.1: ttest_rel.
    expect(comparison.p_value).toBeCloseTo(0.0005606124741365004, 12);
    expect(comparison).not.toHaveProperty("p_exact");
  });

  test("from 8 pairs on by the bootstrap-t, which is never surer", async () => {
    const scores = (label: string, add: number) => {
      const random = createRandom(label);
      return side(
        label,
        Array.from({ length: 30 }, () => (add + random()) / 2),
      );
    };
    const comparison = await compareTwo(f1, [scores("a", 0.3), scores("b", 0)]);
    expect(comparison).toMatchObject({ test: "paired_bootstrap_t", n: 30 });
    const student = pairedT(
      scores("a", 0.3).values.map((value, place) => value - scores("b", 0).values[place]!),
    )!;
    expect(comparison.p_value).toBeGreaterThanOrEqual(student.p_value);
    expect(comparison.p_value).toBeLessThan(2 * student.p_value + 1e-3);
  });

  test("a single pair says nothing", async () => {
    expect(await compareTwo(f1, [side("a", [0.5]), side("b", [0.25])])).toMatchObject({
      n: 1,
      difference: 0.25,
      ci95: null,
      p_value: null,
      p_adjusted: null,
      verdict: "inconclusive",
      n_needed: null,
    });
  });
});

describe("repeats", () => {
  const samples = 40;
  const random = createRandom(3);
  const rates = Array.from({ length: samples }, () => 0.3 + 0.6 * random());
  const repeated = (label: string, repeats: number, add: number): Side => {
    const own = createRandom(label);
    return side(
      label,
      Array.from({ length: samples * repeats }, (_, place) =>
        own() < rates[place % samples]! + add ? 1 : 0,
      ),
    );
  };
  const clusters = (repeats: number) =>
    Uint32Array.from({ length: samples * repeats }, (_, place) => place % samples);

  test("of right and wrong answers are compared by paired t in clusters", async () => {
    const both = [repeated("a", 5, 0.1), repeated("b", 5, 0)];
    const comparison = await compareTwo(accuracy, both, { clusters: clusters(5), samples });
    expect(comparison).toMatchObject({ test: "paired_t_clustered", n: 200 });
    expect(comparison).not.toHaveProperty("p_exact");
  });

  test("that only copy the first pass add no evidence, and need as many samples", async () => {
    // Halves, or those that were asked once would be compared by McNemar's test.
    const once = [repeated("a", 1, 0.2), repeated("b", 1, 0)].map(({ label, values }) =>
      side(
        label,
        values.map((value) => value / 2),
      ),
    );
    const copied = once.map(({ label, values }) => side(label, [...values, ...values, ...values]));
    const one = await compareTwo(f1, once, { clusters: clusters(1) });
    const many = await compareTwo(f1, copied, { clusters: clusters(3), samples });
    expect(many.p_value).toBeCloseTo(one.p_value ?? Number.NaN, 12);
    expect(many.n_needed).toBe(one.n_needed ?? Number.NaN);
  });
});

describe("the number of samples needed", () => {
  test("is above the present number as long as that is inconclusive", async () => {
    const random = createRandom("few");
    for (let draw = 0; draw < 120; draw++) {
      const size = 2 + (draw % 8);
      for (const metric of [accuracy, f1, latency]) {
        const scores = (label: string, add: number): Side =>
          side(
            label,
            Array.from({ length: size }, () =>
              metric === accuracy ? Number(random() < 0.1 + add) : add + random(),
            ),
          );
        const { verdict, n_needed, p_value } = await compareTwo(metric, [scores("a", 0.8), scores("b", 0)]);
        if (verdict !== "inconclusive" || n_needed === null) continue;
        expect({ size, metric: metric.key, p_value, more: n_needed > size }).toMatchObject({ more: true });
      }
    }
  }, 60_000);

  test("does not shrink with unscored trials: it counts samples, not trials", async () => {
    const whole = [0.2, 0].map((add, run) => {
      const random = createRandom(`whole ${run}`);
      const once = Array.from({ length: 40 }, () => add + random());
      return side(`run ${run}`, [...once, ...once, ...once, ...once]);
    });
    const clusters = Uint32Array.from({ length: 160 }, (_, place) => place % 40);
    const design = { clusters, samples: 40 };
    const { n_needed } = await compareTwo(f1, whole, design);
    for (let place = 80; place < 160; place++) whole[0]!.values[place] = Number.NaN;
    expect(await compareTwo(f1, whole, design)).toMatchObject({ n: 80, n_needed: n_needed! });
  });

  test("comes from the sign test if all differences are equal", async () => {
    const equal = [side("a", [0.3, 0.4]), side("b", [0.1, 0.2])];
    expect(await compareTwo(f1, equal)).toMatchObject({ verdict: "inconclusive", n: 2, n_needed: 6 });
  });
});

describe("times", () => {
  const skewed = (label: string, factor: number): Side => {
    const random = createRandom("times");
    return side(
      label,
      Array.from({ length: 120 }, () => factor * (200 - 400 * Math.log(random()))),
    );
  };

  test.each(["latency", "ttft", "tpot", "tokens_per_second"])(
    "of %s get figures and no verdict",
    async (name) => {
      const metric = readyMetric(name);
      const pair = [skewed("fast", 1), skewed("slow", 1.2)];
      const comparison = await compareTwo(metric, pair, { margin: 1_000 });
      expect(comparison).toMatchObject({ test: "paired_bootstrap_t", verdict: null, n_needed: null });
      expect(comparison.verdict_reason).toContain("load");
      expect(comparison.difference).toBeLessThan(0);
      expect(comparison.ci95?.[1]).toBeLessThan(0);
      expect(comparison.p_value).toBeLessThan(0.05);
      expect(comparison.p_equivalent).toBeLessThan(0.05);
    },
  );

  test("costs are no times: they get a verdict", async () => {
    const comparison = await compareTwo(readyMetric("cost"), [skewed("cheap", 1), skewed("dear", 1.2)]);
    expect(comparison).toMatchObject({ test: "paired_bootstrap_t", verdict: "better" });
    expect(comparison).not.toHaveProperty("verdict_reason");
  });

  test("say the same from either side", async () => {
    const [one, other] = [skewed("fast", 1), skewed("slow", 1.02)];
    one.values[3] = 5_000;
    const [there, back] = [await compareTwo(latency, [one, other]), await compareTwo(latency, [other, one])];
    expect(back.p_value).toBe(there.p_value!);
    expect(back.ci95?.[0]).toBeCloseTo(-there.ci95![1], 9);
  });

  test("are the same when computed again", async () => {
    const one = await compareTwo(latency, [skewed("fast", 1), skewed("slow", 1.01)]);
    expect(await compareTwo(latency, [skewed("fast", 1), skewed("slow", 1.01)])).toEqual(one);
  });
});

describe("a corpus metric", () => {
  const bleu = readyMetric("bleu");
  const SHORT = "the cat sat on the mat";
  const LONG = `${SHORT} and looked at all the small birds which were singing in the old tree behind the house`;
  const WRONG = "nothing of the kind was ever said";
  const references = Array.from({ length: 60 }, (_, index) => (index % 4 === 0 ? LONG : SHORT));

  function spoken(label: string, outputOf: (reference: string) => string): Side {
    const scores = references.map((reference) => {
      const score = bleu.score({
        input: "",
        answer: null,
        output: outputOf(reference),
        expected: [reference],
      });
      if (score instanceof Promise || score.value === null) throw new Error("no score");
      return score;
    });
    return {
      ...side(
        label,
        scores.map(({ value }) => value),
      ),
      parts: scores.map(({ parts }) => parts),
    };
  }
  const corpusOf = async ({ parts = [] }: Side) =>
    (await bleu.summarizeParts!(parts.filter((part) => part !== undefined))).value!;
  const short = spoken("short", (reference) => (reference === SHORT ? reference : WRONG));
  const long = spoken("long", (reference) => (reference === LONG ? reference : WRONG));

  test("is compared by its value over all trials together, not by the mean of trials", async () => {
    const mean = ({ values }: Side) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ofShort, ofLong] = [await corpusOf(short), await corpusOf(long)];
    expect(mean(short) > mean(long)).toBe(true);
    expect(ofShort < ofLong).toBe(true);
    const comparison = await compareTwo(bleu, [short, long]);
    expect(comparison).toMatchObject({ test: "paired_bootstrap", n: 60, difference: ofShort - ofLong });
    const [low, high] = comparison.ci95!;
    expect(low < ofShort - ofLong && ofShort - ofLong < high).toBe(true);
    expect(await compareTwo(bleu, [short, long])).toEqual(comparison);
  });

  test("has a winner if there is one, and none among equals", async () => {
    const worse = spoken("worse", () => WRONG);
    expect(await compareTwo(bleu, [long, worse])).toMatchObject({ verdict: "better" });
    expect(await compareTwo(bleu, [worse, long])).toMatchObject({ verdict: "worse" });
    expect(await compareTwo(bleu, [long, long])).toMatchObject({ difference: 0, p_value: 1, n_needed: null });
  });

  test("pairs where both have a score", async () => {
    const gaps = { ...long, values: long.values.slice(), parts: [...long.parts!] };
    for (let place = 0; place < 20; place++) {
      gaps.values[place] = Number.NaN;
      gaps.parts[place] = undefined;
    }
    const { n, difference } = await compareTwo(bleu, [short, gaps]);
    const rest = async (run: Side) => corpusOf({ ...run, parts: run.parts!.slice(20) });
    expect({ n, difference }).toEqual({ n: 40, difference: (await rest(short)) - (await rest(long)) });
  });

  test("has no bounds, because it is not a mean", () => {
    expect(boundsOf(bleu, { value: 30, n: 90 }, 10)).toBeNull();
  });
});

describe("several runs", () => {
  const runs = (): Side[] => {
    const random = createRandom(12);
    return [0.9, 0.75, 0.72, 0.6].map((rate, index) =>
      side(
        `run ${index}`,
        Array.from({ length: 150 }, () => (random() < rate ? 1 : 0)),
      ),
    );
  };

  test("are compared each with each, and adjusted after Holm over all pairs", async () => {
    const comparisons = await comparePairs(accuracy, allPairs(runs()), PLAIN);
    expect(comparisons.map(({ a, b }) => `${a.at(-1)}${b.at(-1)}`)).toEqual([
      "01",
      "02",
      "03",
      "12",
      "13",
      "23",
    ]);
    const p_values = comparisons.map(({ p_value }) => p_value ?? Number.NaN);
    expect(comparisons.map(({ p_adjusted }) => p_adjusted ?? Number.NaN)).toEqual(adjustHolm(p_values));
    for (const { p_adjusted, verdict } of comparisons)
      expect(verdict === "inconclusive").toBe((p_adjusted ?? 1) >= 0.05);
  });

  test("a pair that can't be tested does not count for the adjustment", async () => {
    const [first, second] = sides(150, 30, 12, 28);
    const nothing = side("none", new Array(220).fill(Number.NaN));
    const comparisons = await comparePairs(accuracy, allPairs([first!, second!, nothing]), PLAIN);
    expect(comparisons.map(({ p_adjusted }) => p_adjusted)).toEqual([mcNemar(30, 12).p_midp, null, null]);
    expect(comparisons[0]?.n_needed).toBe(222);
  });
});

describe("an equivalence margin", () => {
  test("makes a difference within it equivalent, even a significant one", async () => {
    const close = await compareTwo(accuracy, sides(1800, 40, 38, 122), { margin: 0.05 });
    expect(close).toMatchObject({ verdict: "equivalent" });
    expect(close.p_equivalent).toBeLessThan(0.05);
    const sure = sides(1800, 60, 20, 120);
    expect(await compareTwo(accuracy, sure)).toMatchObject({ verdict: "better" });
    expect(await compareTwo(accuracy, sure, { margin: 0.05 })).toMatchObject({ verdict: "equivalent" });
  });

  test("is adjusted after Holm over all pairs", async () => {
    // Five equal runs, of which each is wrong on samples of its own.
    const equal = Array.from({ length: 5 }, (_, run) =>
      side(
        `run ${run}`,
        Array.from({ length: 400 }, (_, place) => (place % 50 === run ? 0 : 1)),
      ),
    );
    const comparisons = await comparePairs(accuracy, allPairs(equal), { ...PLAIN, margin: 0.025 });
    const raw = comparisons.map(({ p_equivalent }) => p_equivalent!);
    expect(comparisons.map(({ p_equivalent_adjusted }) => p_equivalent_adjusted!)).toEqual(adjustHolm(raw));
    expect(raw.every((p) => p < 0.05)).toBe(true);
    for (const { p_equivalent_adjusted, verdict } of comparisons)
      expect(verdict).toBe(p_equivalent_adjusted! < 0.05 ? "equivalent" : "inconclusive");
    expect(comparisons.map(({ verdict }) => verdict)).toContain("inconclusive");
  });

  test("is inconclusive without enough evidence; without a margin nothing is equivalent", async () => {
    const few = await compareTwo(accuracy, sides(15, 0, 0, 5), { margin: 0.05 });
    expect(few).toMatchObject({ verdict: "inconclusive", p_value: 1 });
    expect(await compareTwo(accuracy, sides(1800, 0, 0, 200))).toMatchObject({ verdict: "inconclusive" });
    expect(await compareTwo(accuracy, sides(1800, 0, 0, 200))).not.toHaveProperty("p_equivalent");
  });
});

test("comparing a million trials yields to the event loop", async () => {
  const random = createRandom(1);
  const many = (label: string, value: () => number) => side(label, new Float64Array(500_000).map(value));
  const answers = [many("a", () => (random() < 0.8 ? 1 : 0)), many("b", () => (random() < 0.8 ? 1 : 0))];
  const waits = [many("a", () => -Math.log(random())), many("b", () => -1.01 * Math.log(random()))];
  let ticks = 0;
  const watch = setInterval(() => ticks++, 1);
  const [right, fast] = [await compareTwo(accuracy, answers), await compareTwo(latency, waits)];
  clearInterval(watch);
  expect(right).toMatchObject({ n: 500_000, test: "mcnemar_midp" });
  expect(fast).toMatchObject({ n: 500_000, test: "paired_t", verdict: null });
  expect(ticks).toBeGreaterThan(1);
});
