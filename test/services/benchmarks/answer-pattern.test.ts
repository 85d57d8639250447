import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../src/domain/benchmarks/benchmark.ts";
import {
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  trialsOf,
  uploadDataset,
} from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { createUpstream, type Upstream } from "../../support/upstream/index.ts";
import { textOf } from "../../support/upstream/wire.ts";

let upstream: Upstream;
let server: TestServer;

const NOTHING_FOUND = "the answer_pattern finds nothing in it";
/** The first of both questions is answered twice, the second in no form that a pattern here reads. */
const ANSWERS = ["pick=Paris, no: pick=B\nANSWER: A", "ANSWER: B"];
const TEXTS = [0, 1].map((index) => ({ id: `q${index}`, input: `Question ${index}`, expected: "B" }));
const CHOICES = TEXTS.map((sample) => ({ ...sample, choices: ["Paris", "Rome", "Oslo"] }));
const FIRST = { pattern: "pick=(\\w+)", match: "first" };
const LAST = "pick=(\\w+)";
const MODEL = { provider: "openai", model: "gpt-4" };

beforeAll(async () => {
  upstream = createUpstream({
    answer({ messages }) {
      const [, index] = [...textOf(messages.at(-1)?.content ?? "").matchAll(/Question (\d)/g)].at(-1) ?? [];
      return { text: ANSWERS[Number(index)]! };
    },
  });
  server = await startServer({ openai_api_key: "sk-test", openai_base_url: `${upstream.url}/v1` });
  await uploadDataset(server, "texts", TEXTS);
  await uploadDataset(server, "choices", CHOICES);
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const upload = <Body>(body: object | FormData) =>
  server.request<Body>("POST", "/v1/datasets", { token: server.token, body });

const formWith = (name: string, answer_pattern: string): FormData => {
  const form = new FormData();
  form.append("name", name);
  form.append("file", new File([TEXTS.map((sample) => JSON.stringify(sample)).join("\n")], "texts.jsonl"));
  form.append("answer_pattern", answer_pattern);
  return form;
};

/** The answers of a finished benchmark, in the samples' order. */
const answersIn = async ({ benchmark_id }: Pick<Benchmark, "benchmark_id">) =>
  (await trialsOf(server, benchmark_id))
    .toSorted((left, right) => left.sample_id.localeCompare(right.sample_id))
    .map(({ answer, read_by, outcome, scores }) => [answer, read_by, outcome, scores?.accuracy]);

const answersOf = async (request: object) =>
  answersIn(await runBenchmark(server, { providers: [MODEL], metrics: ["accuracy"], ...request }));

const UNREAD = [null, null, "unparseable", 0];

describe("an answer pattern in params", () => {
  test("reads texts: of several matches the last, or the first", async () => {
    expect(await answersOf({ dataset: "texts", params: { answer_pattern: LAST } })).toEqual([
      ["B", "answer_pattern", "scored", 1],
      UNREAD,
    ]);
    const providers = [{ ...MODEL, params: { answer_pattern: FIRST } }];
    expect(await answersOf({ dataset: "texts", providers, params: { answer_pattern: LAST } })).toEqual([
      ["Paris", "answer_pattern", "scored", 0],
      UNREAD,
    ]);
  });

  test("reads choices by their letter or their text, under every protocol", async () => {
    for (const protocol of ["auto", "zero_shot", "mmlu/cot"]) {
      const asked = { dataset: "choices", protocol };
      expect(await answersOf({ ...asked, params: { answer_pattern: LAST } })).toEqual([
        ["B", "answer_pattern", "scored", 1],
        UNREAD,
      ]);
      expect(await answersOf({ ...asked, params: { answer_pattern: FIRST } })).toEqual([
        ["A", "answer_pattern", "scored", 0],
        UNREAD,
      ]);
    }
  });

  test("that finds nothing is said in the notes and left out of read_by", async () => {
    const { benchmark_id, results } = await runBenchmark(server, {
      dataset: "texts",
      providers: [MODEL],
      params: { answer_pattern: "never (\\d+)" },
    });
    expect(results?.runs[0]).toMatchObject({ outcomes: { unparseable: 2, scored: 0 }, read_by: {} });
    for (const { notes } of await trialsOf(server, benchmark_id))
      expect(notes).toEqual({ accuracy: NOTHING_FOUND });
  });
});

describe("an answer pattern of a dataset", () => {
  test("is kept by a JSON body and by a form, as text or as an object", async () => {
    const uploads = [
      upload({ name: "json-text", samples: TEXTS, answer_pattern: LAST }),
      upload(formWith("form-text", LAST)),
      upload(formWith("form-object", JSON.stringify(FIRST))),
    ];
    expect(await Promise.all(uploads)).toMatchObject([
      { status: 201, body: { answer_pattern: LAST } },
      { status: 201, body: { answer_pattern: LAST } },
      { status: 201, body: { answer_pattern: FIRST } },
    ]);
    expect((await answersOf({ dataset: "json-text" }))[0]?.[0]).toBe("B");
    expect((await answersOf({ dataset: "form-text" }))[0]?.[0]).toBe("B");
    expect((await answersOf({ dataset: "form-object" }))[0]?.[0]).toBe("Paris");
  });

  test("yields to the pattern of a run", async () => {
    await upload({ name: "yielding", samples: TEXTS, answer_pattern: LAST });
    const answers = await answersOf({ dataset: "yielding", params: { answer_pattern: FIRST } });
    expect(answers[0]?.[0]).toBe("Paris");
  });
});

test("a rescore reads stored outputs by a new pattern, and calls no model", async () => {
  const source = await runBenchmark(server, { dataset: "texts", providers: [MODEL] });
  expect(await answersIn(source)).toEqual([
    ["A", "declared_mark", "scored", 0],
    ["B", "declared_mark", "scored", 1],
  ]);
  const calls = upstream.calls;
  const path = `/v1/benchmarks/${source.benchmark_id}/rescore`;
  const { body } = await server.request<Benchmark>("POST", path, {
    token: server.token,
    body: { answer_pattern: LAST },
  });
  expect(await answersIn(await finishedBenchmark(server, body.benchmark_id))).toEqual([
    ["B", "answer_pattern", "scored", 1],
    UNREAD,
  ]);
  expect(upstream.calls).toBe(calls);
});

test("a metric's own pattern stands beside the protocol's answer, in benchmarks and in evaluations", async () => {
  const metrics = ["accuracy", { name: "accuracy", label: "picked", params: { answer_pattern: LAST } }];
  const { benchmark_id } = await runBenchmark(server, { dataset: "texts", providers: [MODEL], metrics });
  const scores = (await trialsOf(server, benchmark_id)).map((trial) => trial.scores);
  expect(scores).toContainEqual({ accuracy: 0, picked: 1 });
  expect(scores).toContainEqual({ accuracy: 1, picked: 0 });
  const evaluation = { provider: "x", model: "y", input: "Question 0", output: ANSWERS[0], expected: "B" };
  const { body } = await server.request("POST", "/v1/evaluations", {
    token: server.token,
    body: { ...evaluation, metrics },
  });
  expect(body).toMatchObject({ metrics: { accuracy: 0, picked: 1 } });
});

describe("a bad answer pattern is rejected, naming its field", () => {
  const fieldOf = ({ status, body }: { status: number; body: Refusal }) => [status, body.error.details.field];

  test.each(["(", "(?=a)", "(a)\\1", { pattern: "[", match: "first" }])("%j", async (answer_pattern) => {
    const text = typeof answer_pattern === "string" ? answer_pattern : JSON.stringify(answer_pattern);
    expect(fieldOf(await upload({ name: "bad", samples: TEXTS, answer_pattern }))).toEqual([
      400,
      "answer_pattern",
    ]);
    expect(fieldOf(await upload(formWith("bad", text)))).toEqual([400, "answer_pattern"]);
    const request = { dataset: "texts", providers: [MODEL] };
    expect(
      fieldOf(await requestBenchmark<Refusal>(server, { ...request, params: { answer_pattern } })),
    ).toEqual([400, "params.answer_pattern"]);
    const providers = [MODEL, { ...MODEL, label: "other", params: { answer_pattern } }];
    expect(fieldOf(await requestBenchmark<Refusal>(server, { ...request, providers }))).toEqual([
      400,
      "providers.1.params.answer_pattern",
    ]);
  });

  test("in a rescore", async () => {
    const { benchmark_id } = await runBenchmark(server, { dataset: "texts", providers: [MODEL] });
    const answered = await server.request<Refusal>("POST", `/v1/benchmarks/${benchmark_id}/rescore`, {
      token: server.token,
      body: { answer_pattern: "(" },
    });
    expect(fieldOf(answered)).toEqual([400, "answer_pattern"]);
  });
});
