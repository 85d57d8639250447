import { afterEach, describe, expect, test } from "bun:test";
import { metrics } from "../../../src/metrics/index.ts";
import { createLongTexts, isLong } from "../../../src/metrics/long-texts/client.ts";
import type { Metric, Scorable } from "../../../src/metrics/metric.ts";
import { createMetricCatalogue } from "../../../src/services/catalogues/metrics.ts";
import { scoreInTurns } from "../../../src/services/scoring/scoring.ts";

const WORDS = ["a", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "and", "sleeps."];
const wordsFrom = (start: number, count: number): string =>
  Array.from({ length: count }, (_, index) => WORDS[(index * 7 + start) % WORDS.length]).join(" ");
const LONG: Scorable = {
  input: "Tell a story.",
  output: wordsFrom(0, 2_000),
  answer: null,
  expected: [wordsFrom(3, 2_000), "another"],
  context: [wordsFrom(5, 500)],
};

const slowNames = Object.entries(metrics).flatMap(([name, entry]) => (entry.slow ? [name] : []));
const longTexts = createLongTexts(50);
const stopped = async () => {
  while (longTexts.pid !== undefined) await Bun.sleep(20);
};
afterEach(stopped);

describe("long texts", () => {
  test.each(slowNames)("have the same %s from the other process", async (name) => {
    const [ready] = createMetricCatalogue().require([name]);
    expect(ready?.origin?.name).toBe(name);
    const here = await (ready as Metric).score(LONG);
    expect(await longTexts.score(ready!.origin!, LONG)).toEqual(here);
  });

  test("keep the metric's parameters", async () => {
    const sample = { ...LONG, output: LONG.output.toUpperCase() };
    const [plain, lower] = createMetricCatalogue().require([
      { name: "chrf", label: "plain" },
      { name: "chrf", params: { lowercase: true }, label: "lower" },
    ]);
    const one = await longTexts.score(plain!.origin!, sample);
    const other = await longTexts.score(lower!.origin!, sample);
    expect(other.value ?? 0).toBeGreaterThan(one.value ?? 0);
  });

  test("are scored again if the process dies", async () => {
    const [ready] = createMetricCatalogue().require(["f1"]);
    const first = longTexts.score(ready!.origin!, LONG);
    while (longTexts.pid === undefined) await Bun.sleep(5);
    process.kill(longTexts.pid, "SIGKILL");
    expect((await first).value).toBeNumber();
  });

  test("of a caller who has left are not scored", async () => {
    const [ready] = createMetricCatalogue().require(["f1"]);
    const scoring = longTexts.score(ready!.origin!, LONG, AbortSignal.abort(new Error("left")));
    expect(scoring).rejects.toThrow("left");
    await scoring.catch(() => undefined);
  });
});

test("no slow metric scores a long text in the server's own process", async () => {
  const here: string[] = [];
  const ready = createMetricCatalogue()
    .require(slowNames)
    .map((metric) => ({
      ...metric,
      score: () => {
        here.push(metric.name);
        return { value: 0 };
      },
    }));
  expect(isLong(LONG)).toBe(true);
  await scoreInTurns(ready, LONG, {});
  expect(here).toEqual([]);
  await scoreInTurns(ready, { ...LONG, output: "short", expected: ["short"] }, {});
  expect(here).toEqual(slowNames);
});

test("the metrics with quadratic or n-gram work are slow ones", () => {
  expect(slowNames).toEqual(
    expect.arrayContaining(["levenshtein", "f1", "rouge_1", "rouge_2", "rouge_l", "bleu", "chrf"]),
  );
});
