import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Plan } from "../../../../src/domain/benchmarks/plan.ts";
import { createEventBus } from "../../../../src/events.ts";
import { openStore } from "../../../../src/store/index.ts";
import {
  benchmarkThat,
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { MARKS, markAskedFor } from "../../../support/marks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { openDatabaseIn } from "../../../support/store.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";
import { textOf, type UpstreamBody } from "../../../support/upstream/wire.ts";

const newDir = tempDirs();
const RUN = { provider: "openai", model: "gpt-4o" };
const JUDGE = { provider: "openai", model: "gpt-4o-mini" };

/** The model says what it is asked for. Each test decides the judge's mark. */
let markOf: (output: string) => string = () => "0.75";
/** How many answers the model gives before it waits for the gate. */
let gate: { answers: number; opened: Promise<void> } | undefined;
let upstream: Upstream;
let server: TestServer;
const openai = () => ({
  openai_api_key: "sk-test",
  openai_base_url: `${upstream.url}/v1`,
  // One call at once, of the model or of the judge: a slot for both would never be given back.
  openai_concurrency: 1,
});

async function say(body: UpstreamBody): Promise<string> {
  const asked = markAskedFor(body);
  if (asked) return markOf(asked.output);
  if (gate && gate.answers-- <= 0) await gate.opened;
  return /say '(.*?)'/.exec(textOf(body.messages.at(-1)?.content ?? ""))?.[1] ?? "nothing";
}

beforeAll(async () => {
  upstream = createUpstream({ answer: say });
  server = await startServer(openai(), { metrics: MARKS });
});
afterEach(() => {
  markOf = () => "0.75";
  gate = undefined;
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

let datasets = 0;
/** A dataset whose questions ask for those outputs, each of which is right. */
const asking = (outputs: string[], on = server) =>
  uploadDataset(
    on,
    `outputs-${++datasets}`,
    outputs.map((output) => ({ input: `say '${output}'`, expected: output })),
  );

async function judged(outputs: string[], more: Record<string, unknown> = {}) {
  const dataset = await asking(outputs);
  const metrics = ["exact_match", "politeness", "cost"];
  const benchmark = await runBenchmark(server, { dataset, providers: [RUN], metrics, judge: JUDGE, ...more });
  const [result] = benchmark.results?.runs ?? [];
  return { benchmark, result, trials: await trialsOf(server, benchmark.benchmark_id) };
}

test("a judge and a model of one provider take turns, and each has its own account", async () => {
  const { benchmark, result, trials } = await judged(["one", "two", "three", "four", "five"]);
  expect(benchmark).toMatchObject({ status: "completed", error: null });
  expect(result?.outcomes).toMatchObject({ scored: 5, judge_failed: 0 });
  expect(result?.metrics.politeness).toMatchObject({ value: 0.75, n: 5, notes: { good: 5 } });
  const { judge, usage } = result ?? {};
  // The judge says one word each time, as the model does, of questions that are longer.
  expect([usage?.completion_tokens, judge?.usage.completion_tokens]).toEqual([5, 5]);
  expect(judge?.usage.prompt_tokens).toBe(sumOf(trials, ({ judge_usage }) => judge_usage?.prompt_tokens));
  expect(judge?.cost_usd).toBeCloseTo(
    sumOf(trials, ({ judge_cost_usd }) => judge_cost_usd),
    12,
  );
  expect(judge?.cost_usd).toBeGreaterThan(0);
  for (const { cost_usd, judge_cost_usd } of trials) expect(cost_usd).not.toBe(judge_cost_usd);
  expect(result?.embedding).toBeNull();
});

const sumOf = <Item>(items: readonly Item[], pick: (item: Item) => number | null | undefined): number =>
  items.reduce((sum, item) => sum + (pick(item) ?? 0), 0);

test("a trial whose judge fails has no such score and leaves n; its other scores stay", async () => {
  markOf = (output) => (output.startsWith("bad") ? "I can't say." : "0.25");
  const { result, trials } = await judged(["bad one", "good one", "good two"]);
  expect(result?.outcomes).toMatchObject({ scored: 2, judge_failed: 1 });
  expect(result?.metrics.politeness).toMatchObject({ value: 0.25, n: 2 });
  expect(result?.metrics.exact_match).toMatchObject({ value: 1, n: 3 });
  const reason = "the judge's mark is no number: I can't say.";
  expect(result?.metrics.politeness?.notes).toEqual({ poor: 2, [reason]: 1 });
  const failed = trials.find(({ outcome }) => outcome === "judge_failed");
  expect(failed).toMatchObject({
    output: "bad one",
    scores: { exact_match: 1, politeness: null, cost: expect.any(Number) },
    notes: { politeness: reason },
    judge_usage: { completion_tokens: 3 },
  });
});

test("the same output of two runs is judged once and paid for once", async () => {
  const runs = [
    { ...RUN, label: "first" },
    { ...RUN, label: "second" },
  ];
  const before = upstream.calls;
  const { benchmark } = await judged(["alpha", "beta", "gamma"], { providers: runs });
  expect(upstream.calls - before).toBe(6 + 3);
  const [first, second] = benchmark.results?.runs ?? [];
  expect(first?.metrics.politeness?.n).toBe(3);
  expect(second?.metrics.politeness?.n).toBe(3);
  const completions = [first, second].map((run) => run?.judge?.usage.completion_tokens ?? 0);
  expect(completions.reduce((sum, tokens) => sum + tokens, 0)).toBe(3);
});

test("embeddings have an account of their own", async () => {
  const { result, trials } = await judged(["north", "south"], { metrics: ["nearness"], judge: undefined });
  expect(result?.metrics.nearness).toMatchObject({ n: 2 });
  expect(result).toMatchObject({ judge: null, embedding: { cost_usd: 0 } });
  expect(trials[0]).toMatchObject({ judge_usage: null, embedding_cost_usd: 0 });
  expect(result?.embedding?.usage.prompt_tokens).toBe(
    sumOf(trials, ({ embedding_usage }) => embedding_usage?.prompt_tokens),
  );
});

describe("a budget", () => {
  test("pays for the judge too", async () => {
    const { benchmark, result } = await judged(["cheap", "dear"], { budget_usd: 5 });
    const models = result?.metrics.cost?.total ?? Number.NaN;
    expect(benchmark.spent_usd).toBeCloseTo(models + (result?.judge?.cost_usd ?? Number.NaN), 12);
  }, 60_000);

  test("that the judge would exceed ends the benchmark, with the paid trials", async () => {
    // A call of gpt-4o-mini may write 16,384 tokens at USD 0.60 a million: less than a cent for two of them.
    const providers = [{ ...RUN, params: { max_tokens: 5 } }];
    const outputs = Array.from({ length: 30 }, (_, index) => `output of a budget ${index}`);
    const judge = { ...JUDGE, params: { max_tokens: 1000 } };
    const { benchmark } = await judged(outputs, { providers, judge, budget_usd: 0.003 });
    expect(benchmark.status).toBe("over_budget");
    expect(benchmark.spent_usd).toBeLessThanOrEqual(0.003);
  });

  test("can't be kept with a judge whose price is not known", async () => {
    const dataset = await asking(["one"]);
    const judge = { ...JUDGE, model: "gpt-of-mine" };
    const request = { dataset, providers: [RUN], metrics: ["politeness"], judge, budget_usd: 1 };
    const { status, body } = await requestBenchmark<Refusal>(server, request);
    expect([status, body.error.details.field]).toEqual([400, "budget_usd"]);
    expect(body.error.details.fault).toMatch(
      /^can't be kept for the judge: the price of 'openai\/gpt-of-mine'/,
    );
  });
});

test("a plan warns that it leaves out the judge, and about its missing key", async () => {
  const plan = async (judge: object) => {
    const body = { name: "n", providers: [RUN], dataset: "starter", metrics: ["politeness"], judge };
    const answer = await server.request<Plan>("POST", "/v1/benchmarks/plan", { token: server.token, body });
    return answer.body.warnings;
  };
  const left_out =
    "The plan leaves out the judge: its tokens, cost and time depend on the answers, which are not known yet.";
  expect(await plan(JUDGE)).toEqual([left_out]);
  expect(await plan({ provider: "anthropic", model: "claude-sonnet-4-5" })).toEqual([
    expect.stringContaining("ANTHROPIC_API_KEY"),
    left_out,
  ]);
});

describe("before anything is called", () => {
  const refused = async (request: Record<string, unknown>) => {
    const { status, body } = await requestBenchmark<Refusal>(server, { dataset: "starter", ...request });
    return { status, ...body.error.details };
  };

  test("a judge that is missing is 400, naming metric and field", async () => {
    expect(await refused({ metrics: ["accuracy", "politeness"] })).toMatchObject({
      status: 400,
      field: "judge",
      metric: "politeness",
      requires: ["JUDGE_PROVIDER", "JUDGE_MODEL"],
    });
  });

  test("an unknown judge is 400, one without a key 503", async () => {
    const metrics = ["politeness"];
    expect(await refused({ metrics, judge: { provider: "opnai", model: "x" } })).toMatchObject({
      status: 400,
      field: "judge.provider",
      suggestion: "openai",
    });
    expect(await refused({ metrics, judge: { provider: "anthropic", model: "x" } })).toMatchObject({
      status: 503,
      requires: ["ANTHROPIC_API_KEY"],
    });
  });
});

test("without a judge a metric with a lexical form stays lexical, whatever is configured later", async () => {
  const data_dir = newDir();
  const first = await startServer({ ...openai(), data_dir }, { metrics: MARKS });
  const sample = { input: "say 'One sentence.'", context: ["One sentence."] };
  const dataset = await uploadDataset(first, "with-a-context", [sample]);
  const request = { dataset, providers: [RUN], metrics: ["faithfulness"] };
  const calls = upstream.calls;
  expect((await runBenchmark(first, request)).results?.runs[0]).toMatchObject({ judge: null });
  expect(upstream.calls - calls).toBe(1);
  await first.stop();
  const judge = { judge_provider: "openai", judge_model: "gpt-4o-mini" };
  const second = await startServer({ ...openai(), ...judge, data_dir }, { metrics: MARKS });
  const { results } = await runBenchmark(second, request);
  expect(results?.runs[0]?.judge?.usage.completion_tokens).toBe(1);
  await second.stop();
});

test("no model grades its own run: without a judge, judged metrics are 400, and lexical ones need a context", async () => {
  const dataset = await asking(["One output."]);
  const providers = [RUN];
  const calls = upstream.calls;
  const unjudged = await requestBenchmark<Refusal>(server, { dataset, providers, metrics: ["coherence"] });
  expect([unjudged.status, unjudged.body.error.details]).toEqual([
    400,
    expect.objectContaining({
      field: "judge",
      metric: "coherence",
      requires: ["JUDGE_PROVIDER", "JUDGE_MODEL"],
    }),
  ]);
  const without = await requestBenchmark<Refusal>(server, { dataset, providers, metrics: ["faithfulness"] });
  expect([without.status, without.body.error.details.field]).toEqual([400, "metrics.0"]);
  expect(upstream.calls).toBe(calls);
});

test("a benchmark resumes with its original judge, and fails if a judge's prompt has changed", async () => {
  const data_dir = newDir();
  const first = await startServer({ ...openai(), data_dir }, { metrics: MARKS });
  const dataset = await asking(
    Array.from({ length: 40 }, (_, index) => `output ${index}`),
    first,
  );
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  gate = { answers: 4, opened };
  const judge = { ...JUDGE, params: { temperature: 0.5 } };
  const request = { dataset, providers: [RUN], metrics: ["politeness"], judge };
  const ids = [
    (await startBenchmark(first, request)).benchmark_id,
    (await startBenchmark(first, request)).benchmark_id,
  ] as const;
  await benchmarkThat(first, ids[0], ({ progress }) => progress > 0);
  await first.stop();
  gate = undefined;
  open();

  const { database_url } = first.server.config;
  const store = await openStore({ data_dir, database_url, bus: createEventBus() });
  const { spec } = (await store.benchmarks.find(ids[0])) ?? {};
  expect(spec).toMatchObject({
    judge: { ...judge, cache: "use" },
    prompt_versions: { politeness: "politeness-1" },
  });
  await store.close();
  await changeSpec(data_dir, ids[1], { ...spec, prompt_versions: { politeness: "politeness-0" } });

  const second = await startServer({ ...openai(), data_dir }, { metrics: MARKS });
  expect(await finishedBenchmark(second, ids[0])).toMatchObject({ status: "completed" });
  const changed = await finishedBenchmark(second, ids[1]);
  expect(changed.status).toBe("failed");
  expect(changed.error).toContain("The judge's prompt for 'politeness' has changed");
  await second.stop();
});

async function changeSpec(data_dir: string, id: string, spec: object): Promise<void> {
  const { client, close } = await openDatabaseIn(data_dir);
  await client.execute({
    sql: "UPDATE benchmarks SET spec = ? WHERE benchmark_id = ?",
    args: [JSON.stringify(spec), id],
  });
  await close();
}
