import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import type { BenchmarkComparison } from "../../../../src/domain/benchmarks/comparison.ts";
import {
  type DatasetSample,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

let server: TestServer;
let before: Benchmark;

const CHOICES = ["north", "east", "south", "west"];
/** The right one is A in a quarter of them, by chance and not by the order. */
const QUESTIONS: DatasetSample[] = Array.from({ length: 40 }, (_, index) => ({
  input: `Where does road ${index} lead?`,
  choices: CHOICES,
  expected: CHOICES[(index * 7 + Math.floor(index / 3)) % 4]!,
}));
const run = (model: string) => [{ provider: "baseline", model, label: "model" }];
const benchmarkOver = async (name: string, samples: DatasetSample[], request: object = {}) =>
  runBenchmark(server, {
    dataset: await uploadDataset(server, name, samples),
    providers: run("first"),
    ...request,
  });

beforeAll(async () => {
  server = await startServer();
  before = await benchmarkOver("roads", QUESTIONS, { providers: run("random") });
});
afterAll(() => server.stop());

const compare = async (one: Benchmark, other: Benchmark) => {
  const path = `/v1/benchmarks/${one.benchmark_id}/compare/${other.benchmark_id}`;
  const { status, body } = await server.request<BenchmarkComparison>("GET", path, { token: server.token });
  expect(status).toBe(200);
  return body;
};

/** The difference of the means over the questions that both asked, from the trials themselves. */
async function differenceOf(one: Benchmark, other: Benchmark): Promise<number> {
  const scoresOf = async ({ benchmark_id }: Benchmark) =>
    new Map((await trialsOf(server, benchmark_id)).map(({ input, scores }) => [input, scores.accuracy ?? 0]));
  const [ours, theirs] = [await scoresOf(one), await scoresOf(other)];
  const shared = [...ours].filter(([input]) => theirs.has(input));
  return shared.reduce((sum, [input, score]) => sum + score - theirs.get(input)!, 0) / shared.length;
}

const NEW: DatasetSample[] = [41, 42, 43].map((index) => ({
  input: `Where does road ${index} lead?`,
  choices: CHOICES,
  expected: "north",
}));

describe("two benchmarks over datasets that differ", () => {
  test("by new samples pair the old ones, and count the rest", async () => {
    const after = await benchmarkOver("grown", [...NEW.slice(0, 1), ...QUESTIONS, ...NEW.slice(1)]);
    const body = await compare(after, before);
    expect(body.pairs).toEqual([{ a: "model", b: "model", paired: 40, unpaired_a: 3, unpaired_b: 0 }]);
    expect(body.comparisons[0]?.n).toBe(40);
    expect(body.comparisons[0]?.difference).toBeCloseTo(await differenceOf(after, before), 12);
    expect([body.dataset.name, body.other_dataset.name]).toEqual(["grown", "roads"]);
    const turned = await compare(before, after);
    expect(turned.pairs).toMatchObject([{ paired: 40, unpaired_a: 0, unpaired_b: 3 }]);
    expect(turned.comparisons[0]?.difference).toBeCloseTo(-body.comparisons[0]!.difference!, 12);
  });

  test("by their order and ids pair all", async () => {
    const reversed = [...QUESTIONS].reverse().map((sample, index) => ({ ...sample, id: `road-${index}` }));
    const after = await benchmarkOver("reversed", reversed);
    const body = await compare(after, before);
    expect(body.pairs).toMatchObject([{ paired: 40, unpaired_a: 0, unpaired_b: 0 }]);
    expect(body.comparisons[0]?.difference).toBeCloseTo(await differenceOf(after, before), 12);
  });

  test("by a corrected answer do not pair that sample", async () => {
    const [first, ...rest] = QUESTIONS;
    const corrected = { ...first!, expected: CHOICES.find((choice) => choice !== first!.expected)! };
    const body = await compare(await benchmarkOver("corrected", [corrected, ...rest]), before);
    expect(body.pairs).toMatchObject([{ paired: 39, unpaired_a: 1, unpaired_b: 1 }]);
  });

  test("pair repeat by repeat, and only what was drawn of each", async () => {
    const twice = await benchmarkOver("doubled", [...QUESTIONS, ...NEW], { iterations: 86 });
    expect((await compare(twice, before)).pairs).toMatchObject([{ paired: 40, unpaired_a: 46 }]);
    const part = await runBenchmark(server, { dataset: "doubled", providers: run("first"), iterations: 20 });
    const drawn = (await trialsOf(server, part.benchmark_id)).filter(({ input }) =>
      QUESTIONS.some((question) => question.input === input),
    ).length;
    expect((await compare(part, before)).pairs).toMatchObject([
      { paired: drawn, unpaired_a: 20 - drawn, unpaired_b: 40 - drawn },
    ]);
  });
});

describe("an assertion against a benchmark over a smaller dataset", () => {
  const assertions = (run = "model") => [
    { metric: "accuracy", not_worse_than: { benchmark_id: before.benchmark_id, run } },
  ];

  test("pairs the samples of both", async () => {
    const after = await benchmarkOver("gate", [...NEW, ...QUESTIONS], { assertions: assertions() });
    const [result] = after.results?.assertions ?? [];
    const difference = await differenceOf(after, before);
    expect(result?.reason).toContain(`difference ${Number(difference.toPrecision(4))} over 40 pairs`);
    expect(result?.passed).toBe((await compare(after, before)).comparisons[0]?.verdict !== "worse");
  });

  test("is refused before a call is paid if no sample is the same", async () => {
    const dataset = await uploadDataset(server, "strange", NEW);
    const { status, body } = await requestBenchmark<Refusal>(server, {
      dataset,
      providers: run("first"),
      assertions: assertions(),
    });
    expect(status).toBe(400);
    expect(body.error.message).toBe(
      "assertions.0.not_worse_than.benchmark_id: that benchmark has no sample in common with 'strange': its dataset is 'roads'",
    );
  });
});
