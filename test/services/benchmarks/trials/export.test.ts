import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import type { ExportedTrial } from "../../../../src/domain/benchmarks/trial.ts";
import {
  type DatasetSample,
  type ListedTrial,
  mixedTrials,
  runBenchmark,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

let server: TestServer;
let id: string;
let all: ListedTrial[];

beforeAll(async () => {
  server = await startServer();
  ({ id, trials: all } = await mixedTrials(server));
});
afterAll(() => server.stop());

const exported = (query: string, of = id) =>
  server.request<string>("GET", `/v1/benchmarks/${of}/export${query}`, { token: server.token });

const linesOf = (body: string): ExportedTrial[] =>
  body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const rowsOf = (body: string) => parse<Record<string, string>>(body, { columns: true, bom: true });

/** What an echoing model makes of samples, as both formats have it. */
async function echoed(name: string, samples: DatasetSample[]) {
  const dataset = await uploadDataset(server, name, samples);
  const { benchmark_id } = await runBenchmark(server, {
    dataset,
    providers: [{ provider: "baseline", model: "echo", params: { prompt_template: "{{input}}" } }],
    metrics: ["accuracy", "latency"],
  });
  const csv = (await exported("?format=csv", benchmark_id)).body;
  const lines = linesOf((await exported("", benchmark_id)).body);
  const byId = (one: { sample_id?: string }, other: { sample_id?: string }) =>
    Number(one.sample_id) - Number(other.sample_id);
  return { csv, rows: rowsOf(csv).sort(byId), lines: lines.sort(byId) };
}

describe("the export", () => {
  test("is a trial a line, as the list has them, with the sample's metadata", async () => {
    const { headers, body } = await exported("");
    expect(headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    expect(headers.get("content-disposition")).toBe(`attachment; filename="benchmark-${id}.jsonl"`);
    expect(linesOf(body)).toEqual(all.map((trial) => ({ ...trial, left_out: [], metadata: null })));
  });

  test("as CSV has a column a field and a metric, and quotes what needs it", async () => {
    const { headers, body } = await exported("?format=csv");
    expect(headers.get("content-type")).toStartWith("text/csv");
    const rows = rowsOf(body);
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
    const wanted = all.filter(({ run, scores }) => run === "the first" && scores.accuracy === 1);
    expect(linesOf(body)).toMatchObject(wanted);
    expect((await exported("?group=nowhere")).status).toBe(400);
    expect((await exported("?format=xml")).status).toBe(400);
  });

  test("keeps commas, quotes, line ends and other scripts", async () => {
    const input = 'a "quoted", text\nof two lines;\r東京, =1+1';
    const { rows, lines } = await echoed("texts", [{ input, expected: input }]);
    expect(rows[0]).toMatchObject({ input, expected: input, output: input });
    expect(lines[0]).toMatchObject({ input, expected: [input], output: input });
  });

  test("as CSV begins with a byte order mark, so that a spreadsheet reads any script", async () => {
    const headers = { authorization: `Bearer ${server.token}` };
    const response = await fetch(`${server.url}/v1/benchmarks/${id}/export?format=csv`, { headers });
    const bytes = await response.bytes();
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = new TextDecoder().decode(bytes);
    expect(text).toStartWith(
      "run,sample_id,repeat,group,outcome,input,expected,answer,read_by,scores.accuracy,",
    );
    const { rows } = await echoed("scripts", [{ input: "Где это? 東京 🙂", expected: "здесь" }]);
    expect(rows[0]).toMatchObject({ input: "Где это? 東京 🙂", expected: "здесь" });
  });

  test("has the references, and metadata as JSON", async () => {
    const { rows, lines } = await echoed("references", [
      { input: "one", expected: "uno", metadata: { lang: "es", level: 2 } },
      { input: "two", expected: ["dos", "two"] },
    ]);
    expect(rows.map(({ expected }) => expected)).toEqual(["uno", '["dos","two"]']);
    expect(rows.map(({ metadata }) => metadata)).toEqual(['{"lang":"es","level":2}', ""]);
    expect(lines.map(({ expected }) => expected)).toEqual([["uno"], ["dos", "two"]]);
    expect(lines.map(({ metadata }) => metadata)).toEqual([{ lang: "es", level: 2 }, null]);
  });

  test("has a long free text once, and a short one as answer and output", async () => {
    const [long, short] = ["long text ".repeat(30).trim(), "short text"];
    const { csv, rows, lines } = await echoed("free", [
      { input: long, expected: "x" },
      { input: short, expected: "x" },
    ]);
    expect(lines.map(({ output }) => output)).toEqual([long, short]);
    expect(lines.map(({ answer, left_out }) => ({ answer, left_out }))).toEqual([
      { answer: null, left_out: ["answer"] },
      { answer: short, left_out: [] },
    ]);
    expect(rows.map(({ answer, left_out }) => ({ answer, left_out }))).toEqual([
      { answer: "", left_out: "answer" },
      { answer: short, left_out: "" },
    ]);
    // Once as the input, once as the output.
    expect(csv.split(long)).toHaveLength(3);
  });

  test("as CSV cuts what is too long for a cell and says so; JSONL has the whole", async () => {
    const input = "x".repeat(40_000);
    const { rows, lines } = await echoed("cells", [
      { input, expected: "y" },
      { input: "short", expected: "y" },
    ]);
    expect(rows.map(({ cut }) => cut)).toEqual(["input output", ""]);
    for (const field of ["input", "output"]) {
      expect(rows[0]?.[field]).toHaveLength(32_767);
      expect(rows[0]?.[field]).toEndWith("… [cut: 40000 characters]");
    }
    expect(lines[0]).toMatchObject({ input, output: input });
  });

  test("as CSV disarms text that is a formula to a spreadsheet, leaves figures alone, and JSONL as it is", async () => {
    const formulas = [
      '=HYPERLINK("http://127.0.0.1/?"&A1)',
      "@SUM(A1)",
      "\t=1",
      " =1",
      "\u200B=1",
      "- a list",
    ];
    const figures = ["-1.5", "-1,000", "'quoted'"];
    const texts = [...formulas, ...figures];
    const { rows, lines } = await echoed(
      "formulas",
      texts.map((input, index) => ({ input, expected: "=4", group: `${input} of ${index}` })),
    );
    expect(rows.map(({ output }) => output)).toEqual([...formulas.map((text) => `'${text}`), ...figures]);
    expect(rows.map(({ input }) => input)).toEqual(rows.map(({ output }) => output));
    expect(rows[0]).toMatchObject({ group: `'${texts[0]} of 0`, expected: "'=4" });
    for (const row of rows) expect(row.latency_ms).toMatch(/^\d/);
    expect(lines.map(({ output }) => output)).toEqual(texts);
  });

  test("goes through texts of a megabyte in small pieces, none lost", async () => {
    const samples = Array.from({ length: 12 }, (_, index) => ({
      input: `${index} ${"x".repeat(900_000)}`,
      expected: "y",
    }));
    for (const { input } of samples) expect(input.length).toBeLessThan(1_048_576);
    const dataset = await uploadDataset(server, "megabytes", samples);
    const { benchmark_id } = await runBenchmark(server, {
      dataset,
      providers: [{ provider: "baseline", model: "echo" }],
    });
    const lines = linesOf((await exported("", benchmark_id)).body);
    expect(lines.map(({ input }) => input?.length).sort()).toEqual(
      samples.map(({ input }) => input.length).sort(),
    );
  });
});
