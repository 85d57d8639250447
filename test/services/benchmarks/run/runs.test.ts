import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Trial } from "../../../../src/domain/benchmarks/trial.ts";
import { runBenchmark, trialsOf, uploadDataset } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

let upstream: Upstream;
let server: TestServer;
beforeAll(async () => {
  upstream = createUpstream();
  server = await startServer({ openai_api_key: "sk-test", openai_base_url: `${upstream.url}/v1` });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const BASELINES = ["random", "first", "longest", "overlap"].map((model) => ({ provider: "baseline", model }));
const of = (trials: Trial[], run: string) => trials.filter((trial) => trial.run === run);
const asked = (trials: Trial[]) => trials.map(({ sample_id, repeat }) => `${sample_id}:${repeat}`).sort();

describe("iterations", () => {
  test("left out: each sample once", async () => {
    const { benchmark_id, trials, results } = await runBenchmark(server);
    expect(trials).toBe(100);
    const all = await trialsOf(server, benchmark_id);
    expect(new Set(asked(all)).size).toBe(100);
    expect(all.every(({ repeat }) => repeat === 0)).toBe(true);
    expect(results?.runs[0]?.trials).toBe(100);
  });

  test("fewer than the samples: the same random part for every run", async () => {
    const { benchmark_id } = await runBenchmark(server, { providers: BASELINES, iterations: 30 });
    const all = await trialsOf(server, benchmark_id);
    const parts = BASELINES.map(({ model }) => asked(of(all, `baseline/${model}`)));
    expect(parts[0]).toHaveLength(30);
    for (const part of parts) expect(part).toEqual(parts[0] ?? []);
    const ids = parts[0]?.map((key) => key.split(":")[0]) ?? [];
    expect(new Set(ids).size).toBe(30);
  });

  test("more than the samples: whole passes, then a part", async () => {
    const dataset = await uploadDataset(
      server,
      "ten",
      [...Array(10).keys()].map((index) => ({ input: `What is ${index} + 1?`, expected: `${index + 1}` })),
    );
    const { benchmark_id, results } = await runBenchmark(server, {
      dataset,
      iterations: 25,
      providers: [{ provider: "mock", model: "mock" }],
    });
    const all = await trialsOf(server, benchmark_id);
    const ofRepeat = (repeat: number) => asked(all.filter((trial) => trial.repeat === repeat)).length;
    expect([0, 1, 2, 3].map(ofRepeat)).toEqual([10, 10, 5, 0]);
    expect(new Set(asked(all)).size).toBe(25);
    expect(results?.runs[0]?.metrics.accuracy).toMatchObject({ value: 1, n: 25 });
  });

  test("repeats of a random model are asked anew", async () => {
    const { benchmark_id } = await runBenchmark(server, {
      providers: [{ provider: "baseline", model: "random" }],
      iterations: 400,
    });
    const all = await trialsOf(server, benchmark_id);
    const answers = (repeat: number) =>
      all.filter((trial) => trial.repeat === repeat).map(({ answer }) => answer);
    expect(answers(0)).not.toEqual(answers(1));
    expect(answers(1)).not.toEqual(answers(2));
  });
});

describe("seed", () => {
  test("stored and shown; another seed is another part", async () => {
    const partOf = async (seed: number) => {
      const { benchmark_id, results } = await runBenchmark(server, { iterations: 20, seed });
      expect(results?.seed).toBe(seed);
      return asked(await trialsOf(server, benchmark_id));
    };
    const [seven, again, eight] = [await partOf(7), await partOf(7), await partOf(8)];
    expect(again).toEqual(seven);
    expect(eight).not.toEqual(seven);
  });

  test("without one, benchmarks over the same dataset ask the same samples", async () => {
    const part = async () => {
      const { benchmark_id } = await runBenchmark(server, { iterations: 20 });
      return asked(await trialsOf(server, benchmark_id));
    };
    expect(await part()).toEqual(await part());
  });
});

describe("groups", () => {
  test("name/group asks that group alone", async () => {
    const samples = await server.request<{ items: { id: string; group: string }[] }>(
      "GET",
      `/v1/datasets/${(await datasetNamed("starter")).dataset_id}/samples?page_size=100`,
      { token: server.token },
    );
    const [group = ""] = samples.body.items.map((sample) => sample.group);
    const members = samples.body.items.filter((sample) => sample.group === group).map(({ id }) => id);
    const benchmark = await runBenchmark(server, { dataset: `starter/${group}` });
    expect(benchmark).toMatchObject({ dataset: `starter/${group}`, trials: members.length });
    const ids = (await trialsOf(server, benchmark.benchmark_id)).map(({ sample_id }) => sample_id);
    expect(ids.sort()).toEqual(members.sort());
  });

  test("passes over a group stay within it", async () => {
    const { benchmark_id } = await runBenchmark(server, {
      dataset: "arithmetic/addition",
      iterations: 700,
      providers: [{ provider: "mock", model: "mock" }],
    });
    const all = await trialsOf(server, benchmark_id);
    // Every third of the thousand.
    const additions = [...Array(334).keys()].map((index) => String(index * 3));
    expect(new Set(all.map(({ sample_id }) => sample_id))).toEqual(new Set(additions));
    expect(all.filter(({ repeat }) => repeat === 2)).toHaveLength(700 - 2 * 334);
  });

  async function datasetNamed(name: string): Promise<{ dataset_id: string }> {
    const { body } = await server.request<{ items: { name: string; dataset_id: string }[] }>(
      "GET",
      "/v1/datasets?page_size=100",
      { token: server.token },
    );
    const found = body.items.find((dataset) => dataset.name === name);
    if (!found) throw new Error(`no dataset ${name}`);
    return found;
  }
});

test("a dataset of samples with and without choices is asked by auto", async () => {
  const dataset = await uploadDataset(server, "mixed", [
    { input: "Which?", choices: ["this", "that"], expected: "A" },
    { input: "What is 2 + 2?", expected: "4" },
    { input: "What is 3 + 4?", expected: "7" },
  ]);
  const { benchmark_id, results } = await runBenchmark(server, {
    dataset,
    providers: [{ provider: "mock", model: "mock" }],
  });
  expect(results?.protocols).toEqual(["auto"]);
  const all = await trialsOf(server, benchmark_id);
  const answer = (id: string) => all.find(({ sample_id }) => sample_id === id)?.answer ?? "";
  expect(answer("0")).toMatch(/^[AB]$/);
  expect([answer("1"), answer("2")]).toEqual(["4", "7"]);
});

test("a sample without reference is asked and not scored by what needs one", async () => {
  const dataset = await uploadDataset(server, "half", [
    { input: "What is 2 + 2?", expected: "4" },
    { input: "What is 3 + 4?" },
  ]);
  const { benchmark_id, results } = await runBenchmark(server, {
    dataset,
    providers: [{ provider: "mock", model: "mock" }],
    metrics: ["accuracy", "latency"],
  });
  expect(results?.runs[0]?.metrics.accuracy).toMatchObject({ value: 1, n: 1 });
  expect(results?.runs[0]?.metrics.latency).toMatchObject({ n: 2 });
  const scores = (await trialsOf(server, benchmark_id)).map((trial) => trial.scores.accuracy);
  expect(scores.toSorted()).toEqual([1, null]);
});

describe("params and labels", () => {
  test("a run's own params go before the benchmark's; labels name the runs", async () => {
    const before = upstream.requests.length;
    const dataset = await uploadDataset(server, "one", [{ input: "What is 2 + 2?", expected: "4" }]);
    const { benchmark_id, results } = await runBenchmark(server, {
      dataset,
      params: { temperature: 0.2, max_tokens: 99, system: "Be brief." },
      providers: [
        { provider: "openai", model: "gpt-4", label: "cold" },
        { provider: "openai", model: "gpt-4", label: "hot", params: { temperature: 1.5, seed: 4 } },
      ],
    });
    const bodies = upstream.requests.slice(before).map(({ body }) => body);
    const cold = bodies.find((body) => body.temperature === 0.2);
    const hot = bodies.find((body) => body.temperature === 1.5);
    expect(bodies).toHaveLength(2);
    expect(cold).toMatchObject({ model: "gpt-4", max_tokens: 99 });
    expect(cold).not.toHaveProperty("seed");
    expect(hot).toMatchObject({ model: "gpt-4", max_tokens: 99, seed: 4 });
    for (const { messages } of bodies) {
      expect(messages[0]).toMatchObject({ role: "system", content: "Be brief." });
      expect(messages).toHaveLength(2);
    }
    expect(results?.runs.map(({ run }) => run)).toEqual(["cold", "hot"]);
    const runs = (await trialsOf(server, benchmark_id)).map(({ run }) => run);
    expect(runs).toEqual(["cold", "hot"]);
  });
});

test("runs are told apart: each has its own trials, paired by sample", async () => {
  const { benchmark_id, trials, results } = await runBenchmark(server, { providers: BASELINES });
  expect(trials).toBe(400);
  const all = await trialsOf(server, benchmark_id);
  for (const [index, { model }] of BASELINES.entries()) {
    const own = of(all, `baseline/${model}`);
    const right = own.filter(({ scores }) => scores.accuracy === 1).length;
    expect(results?.runs[index]).toMatchObject({
      run: `baseline/${model}`,
      provider: "baseline",
      model,
      trials: 100,
      metrics: { accuracy: { value: right / 100, n: 100 } },
    });
  }
  // The answers of `starter` are balanced over four positions.
  expect(results?.runs[1]?.metrics.accuracy?.value).toBe(0.25);
});
