import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
} from "../../support/benchmarks.ts";
import { installPlugin } from "../../support/plugins.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { createUpstream } from "../../support/upstream/index.ts";
import { textOf } from "../../support/upstream/wire.ts";

const heard: string[] = [];
let hold = Promise.resolve();
const upstream = createUpstream({
  answer: async ({ messages }) => {
    const text = textOf(messages.at(-1)?.content ?? "");
    heard.push(text);
    await hold;
    return "ANSWER: A";
  },
});
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    plugin_workers: 2,
    plugin_failures_max: 5,
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
  });
  await installPlugin(
    server,
    { name: "agrees", plugin_type: "evaluator" },
    "export const execute = ({ output, expected }) => ({ score: output === expected ? 1 : 0, details: 'compared' });",
  );
  await installPlugin(
    server,
    { name: "upper", plugin_type: "transform" },
    "export const execute = ({ text }) => ({ text: text.toUpperCase() });",
  );
  await installPlugin(
    server,
    { name: "letter", plugin_type: "transform" },
    "export const execute = ({ text }) => ({ text: text.replace('ANSWER: ', '') });",
  );
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const evaluate = (more: object) =>
  server.request<Record<string, unknown> & Refusal>("POST", "/v1/evaluations", {
    token: server.token,
    body: { provider: "openai", model: "gpt-4", input: "What is 2+2?", output: "4", ...more },
  });

describe("an evaluator in an evaluation", () => {
  test("is a metric like others, and its plugin is recorded", async () => {
    const { status, body } = await evaluate({ expected: "4", metrics: ["exact_match", "plugin:agrees"] });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { score: 1, metrics: { exact_match: 1, "plugin:agrees": 1 } },
    });
    const path = `/v1/evaluations/${body.evaluation_id}`;
    const { body: record } = await server.request<object>("GET", path, { token: server.token });
    const content_hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(record).toMatchObject({ plugins: [{ name: "agrees", version: "1.0.0", content_hash }] });
  });

  test("is found by its version, and receives all that the contract names", async () => {
    const source = `export function execute(given) {
      const { input, output, expected, context, parameters } = given;
      const right = input === "What is 2+2?" && output === "4" && expected === null && context.length === 2;
      return { score: right && parameters.threshold === 0.5 && Object.keys(given).length === 5 ? 0.25 : 0 };
    }`;
    const parameters = { type: "object", properties: { threshold: { type: "number", default: 0.5 } } };
    await installPlugin(server, { name: "given", plugin_type: "evaluator", parameters }, source);
    const { body } = await evaluate({ context: ["one", "two"], metrics: ["plugin:given@1.0.0"] });
    expect(body.metrics).toEqual({ "plugin:given@1.0.0": 0.25 });
  });

  test("takes a label, and parameters that are checked", async () => {
    const parameters = {
      type: "object",
      properties: { longest: { type: "integer", default: 100 } },
      additionalProperties: false,
    };
    const source =
      "export const execute = ({ output, parameters }) => ({ score: output.length <= parameters.longest ? 1 : 0 });";
    await installPlugin(server, { name: "short", plugin_type: "evaluator", parameters }, source);
    const metrics = ["plugin:short", { name: "plugin:short", params: { longest: 3 }, label: "very short" }];
    const { body } = await evaluate({ output: "four", metrics });
    expect(body.metrics).toEqual({ "plugin:short": 1, "very short": 0 });
    const wrong = await evaluate({ metrics: [{ name: "plugin:short", params: { shortest: 3 } }] });
    expect([wrong.status, wrong.body.error.details.field]).toEqual([400, "metrics.0.params"]);
    const none = await evaluate({ metrics: [{ name: "plugin:agrees", params: { x: 1 } }] });
    expect([none.status, none.body.error.details.field]).toEqual([400, "metrics.0.params.x"]);
    const { results } = await runBenchmark(server, { metrics, iterations: 5 });
    expect(Object.keys(results?.runs[0]?.metrics ?? {})).toEqual(["plugin:short", "very short"]);
  });

  test("that fails or returns no score is null with the reason", async () => {
    await installPlugin(
      server,
      { name: "throws", plugin_type: "evaluator" },
      "export const execute = () => { throw new Error('no idea'); };",
    );
    await installPlugin(
      server,
      { name: "unsure", plugin_type: "evaluator" },
      "export const execute = () => ({ score: null, details: 'too short' });",
    );
    const { body } = await evaluate({
      expected: "4",
      metrics: ["plugin:throws", "plugin:unsure", "exact_match"],
    });
    expect(body).toMatchObject({
      score: 1,
      metrics: { "plugin:throws": null, "plugin:unsure": null, exact_match: 1 },
      reasons: {
        "plugin:throws": expect.stringMatching(/^threw: Error: no idea/),
        "plugin:unsure": "too short",
      },
    });
  });

  test.each([
    ["no number for a score", "({ score: 0 / 0 })", /^output: .*holds NaN/],
    [
      "nothing as its reason",
      "({ score: null, details: '' })",
      /^the plugin returned no score and no reason$/,
    ],
    ["a reason that is cut", "({ score: null, details: 'x'.repeat(999) + '😀' })", /^x{999}\ufffd$/],
  ])("that returns %s is null with the reason", async (what, answer, reason) => {
    const name = what.replaceAll(" ", "-");
    await installPlugin(
      server,
      { name, plugin_type: "evaluator" },
      `export const execute = () => ${answer};`,
    );
    const { body } = await evaluate({ metrics: [`plugin:${name}`] });
    expect(body).toMatchObject({
      score: null,
      reasons: { [`plugin:${name}`]: expect.stringMatching(reason) },
    });
  });

  test("of another unit is no part of the score", async () => {
    const score = { unit: "words", range: [0, null], better: "lower" };
    await installPlugin(
      server,
      { name: "words", plugin_type: "evaluator", score },
      "export const execute = ({ output }) => ({ score: output.split(' ').length });",
    );
    const { body } = await evaluate({
      output: "one two three",
      expected: "x",
      metrics: ["plugin:words", "exact_match"],
    });
    expect(body).toMatchObject({ score: 0, metrics: { "plugin:words": 3 } });
  });

  const wrong: [string, string, number, RegExp][] = [
    ["is unknown", "plugin:agree", 400, /unknown evaluator 'plugin:agree'. Did you mean 'plugin:agrees'/],
    ["is a transform", "plugin:upper", 400, /has the type transform; this field needs evaluator/],
    ["has no such version", "plugin:agrees@2.0.0", 400, /unknown evaluator .* mean 'plugin:agrees@1.0.0'/],
  ];
  test("of an unknown version is refused, naming the installed versions", async () => {
    const { body } = await evaluate({ metrics: ["plugin:agrees@2.0.0"] });
    expect(body.error.details.accepted).toEqual(["plugin:agrees@1.0.0"]);
  });

  test.each(wrong)("that %s is refused", async (_what, name, status, message) => {
    const answer = await evaluate({ metrics: [name] });
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(message);
    expect(answer.body.error.details.field).toBe("metrics.0");
  });

  test("is listed among the metrics", async () => {
    const { body } = await server.request<{ items: { name: string }[] }>("GET", "/v1/metrics?page_size=100", {
      token: server.token,
    });
    expect(body.items.map(({ name }) => name)).toContain("plugin:agrees");
  });
});

describe("plugins in a benchmark", () => {
  test("rewrite prompts and outputs before scoring, in all runs or in one", async () => {
    heard.length = 0;
    const { results, status } = await runBenchmark(server, {
      providers: [
        { provider: "openai", model: "plain" },
        { provider: "openai", model: "cut", transforms: { output: ["plugin:letter"] } },
      ],
      transforms: { prompt: ["plugin:upper"] },
      metrics: ["accuracy", "plugin:agrees"],
      iterations: 20,
    });
    expect(status).toBe("completed");
    expect(heard.every((text) => text === text.toUpperCase() && text.length > 20)).toBe(true);
    const [plain, cut] = results?.runs ?? [];
    expect(plain?.metrics["plugin:agrees"]).toMatchObject({ value: 0, n: 20, unit: "ratio" });
    // The plugin compares with "A" alone; the protocol also reads "ANSWER: A" so.
    expect(cut?.metrics["plugin:agrees"]?.value).toBe(plain?.metrics.accuracy?.value ?? Number.NaN);
    expect(results?.plugins?.map(({ ref, name, version, stopped }) => [ref, name, version, stopped])).toEqual(
      [
        ["plugin:agrees", "agrees", "1.0.0", null],
        ["plugin:upper", "upper", "1.0.0", null],
        ["plugin:letter", "letter", "1.0.0", null],
      ],
    );
  });

  test("are not called after five failures in a row, and the results say so", async () => {
    const source = "export const execute = ({ input }) => { throw new Error('always'); };";
    await installPlugin(server, { name: "hopeless", plugin_type: "evaluator" }, source);
    const { benchmark_id } = await startBenchmark(server, { metrics: ["accuracy", "plugin:hopeless"] });
    const { status, results } = await finishedBenchmark(server, benchmark_id);
    expect(status).toBe("completed");
    expect(results?.runs[0]?.metrics).toMatchObject({
      accuracy: { n: 100 },
      "plugin:hopeless": { value: null, n: 0 },
    });
    const stopped = results?.plugins?.[0]?.stopped ?? "";
    expect(stopped).toMatch(
      /^called no more after 5 failures in a row; last failure \(threw\): Error: always/,
    );
    const counted = Object.entries(results?.runs[0]?.metrics["plugin:hopeless"]?.notes ?? {});
    expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(100);
    // Calls that were open at the fifth failure may fail too.
    expect(counted.find(([reason]) => reason.startsWith("threw"))?.[1]).toBeLessThan(5 + 6);
    const [trial] = await trialsOf(server, benchmark_id);
    expect(trial).toMatchObject({
      outcome: "scored",
      scores: { "plugin:hopeless": null },
      notes: { "plugin:hopeless": expect.stringMatching(/^(?:threw|stopped): /) },
    });
  });

  test("that fail now and then are still called", async () => {
    const source =
      "export const execute = ({ input }) => { if (input.length % 3 === 0) throw new Error('odd'); return { score: 1 }; };";
    await installPlugin(server, { name: "moody", plugin_type: "evaluator" }, source);
    const { results } = await runBenchmark(server, {
      providers: [{ provider: "baseline", model: "echo" }],
      metrics: ["plugin:moody"],
      dataset: "arithmetic",
      iterations: 60,
    });
    const { n = 0, notes = {} } = results?.runs[0]?.metrics["plugin:moody"] ?? {};
    const failed = Object.values(notes).reduce((sum, count) => sum + count, 0);
    expect(n + failed).toBe(60);
    expect(n).toBeGreaterThan(0);
  });

  test("that fail as transforms leave trials without answers; if all fail, so does the benchmark", async () => {
    await installPlugin(
      server,
      { name: "breaks", plugin_type: "transform" },
      "export const execute = () => ({ txt: '' });",
    );
    const { status, error, results } = await runBenchmark(server, {
      transforms: { output: ["plugin:breaks"] },
    });
    expect(status).toBe("failed");
    expect(error).toMatch(
      /^No trial got an answer. The most frequent error: (?:output: a transform must return \{text\}|stopped: )/,
    );
    expect(results?.runs[0]?.outcomes.skipped).toBe(100);
  });

  test("keep their version and can't be removed until the benchmark has ended", async () => {
    const id = await installPlugin(
      server,
      { name: "kept", plugin_type: "evaluator" },
      "export const execute = () => ({ score: 0.1 });",
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    const { benchmark_id } = await startBenchmark(server, {
      providers: [{ provider: "openai", model: "held" }],
      metrics: ["plugin:kept"],
      iterations: 10,
    });
    await installPlugin(
      server,
      { name: "kept", version: "1.0.1", plugin_type: "evaluator" },
      "export const execute = () => ({ score: 0.9 });",
    );
    const remove = () => server.request("DELETE", `/v1/plugins/${id}`, { token: server.token });
    expect((await remove()).status).toBe(409);
    await server.request("PATCH", `/v1/plugins/${id}`, { token: server.token, body: { status: "disabled" } });
    resolve();
    const { results } = await finishedBenchmark(server, benchmark_id);
    expect(results?.runs[0]?.metrics["plugin:kept"]).toMatchObject({ value: 0.1, n: 10 });
    expect(results?.plugins).toMatchObject([{ name: "kept", version: "1.0.0" }]);
    expect((await remove()).status).toBe(200);
    expect((await evaluate({ metrics: ["plugin:kept"] })).body.metrics).toEqual({ "plugin:kept": 0.9 });
  });

  const wrong: [string, object, string][] = [
    ["an unknown transform", { transforms: { prompt: ["plugin:uper"] } }, "transforms.prompt.0"],
    [
      "an evaluator as a transform",
      { transforms: { output: ["plugin:upper", "plugin:agrees"] } },
      "transforms.output.1",
    ],
    [
      "a transform of a run",
      { providers: [{ provider: "baseline", model: "first", transforms: { prompt: ["plugin:none"] } }] },
      "providers.0.transforms.prompt.0",
    ],
    ["a transform without its prefix", { transforms: { prompt: ["upper"] } }, "transforms.prompt.0"],
    ["a transform as a metric", { metrics: ["plugin:upper"] }, "metrics.0"],
  ];
  test.each(wrong)("%s is refused before any call", async (_what, request, field) => {
    const { status, body } = await requestBenchmark<Refusal>(server, request as Record<string, unknown>);
    expect([status, body.error.details.field]).toEqual([400, field]);
  });
});
