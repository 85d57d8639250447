import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Trial, TrialListing, WholeTrial } from "../../../../src/domain/benchmarks/trial.ts";
import type { Page } from "../../../../src/domain/page.ts";
import { type Refusal, runBenchmark, uploadDataset } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

let server: TestServer;
let id: string;

const LONG = "x".repeat(5_000);
const SAMPLES = [
  { id: "long", input: LONG, expected: LONG, metadata: { topic: "length" } },
  { id: "a b/c", input: "short", expected: ["one", "two"] },
  { id: "free", input: "nothing is expected" },
];

beforeAll(async () => {
  server = await startServer();
  const dataset = await uploadDataset(server, "texts", SAMPLES);
  const request = {
    dataset,
    metrics: ["latency"],
    iterations: 6,
    providers: [
      { provider: "baseline", model: "echo", label: "plain", params: { prompt_template: "{{input}}" } },
      { provider: "baseline", model: "echo", label: "other" },
    ],
  };
  id = (await runBenchmark(server, request)).benchmark_id;
});
afterAll(() => server.stop());

const get = <Body>(path: string) =>
  server.request<Body>("GET", `/v1/benchmarks/${id}/${path}`, { token: server.token });

async function listed(query = ""): Promise<TrialListing[]> {
  return (await get<Page<TrialListing>>(`trials?page_size=100&run=plain${query}`)).body.items;
}

describe("a listed trial", () => {
  test("has the sample's input and references", async () => {
    const find = async (sample_id: string) => (await listed()).find((trial) => trial.sample_id === sample_id);
    expect(await find("a b/c")).toMatchObject({ input: "short", expected: ["one", "two"], left_out: [] });
    expect(await find("free")).toMatchObject({ input: "nothing is expected", expected: null, left_out: [] });
  });

  test("leaves out what is long and names it, with a filter and without", async () => {
    const texts = { input: null, expected: null, output: null, answer: null };
    const left_out = ["input", "expected", "output", "answer"];
    for (const trials of [
      await listed(),
      await listed("&outcome=scored"),
      (await get<Page<TrialListing>>("trials")).body.items,
    ])
      expect(trials.find(({ sample_id }) => sample_id === "long")).toMatchObject({ ...texts, left_out });
  });

  test("has no metadata, which the whole trial has", async () => {
    for (const trial of await listed()) expect(Object.keys(trial)).not.toContain("metadata");
  });
});

describe("one trial", () => {
  test("is whole, however long its texts are", async () => {
    const { status, body } = await get<WholeTrial>("trial?run=plain&sample_id=long");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      run: "plain",
      repeat: 0,
      input: LONG,
      expected: [LONG],
      output: LONG,
      answer: LONG,
      metadata: { topic: "length" },
    });
    expect(Object.keys(body)).not.toContain("left_out");
  });

  test("is as the list has it otherwise, of any repeat and any id", async () => {
    for (const repeat of [0, 1]) {
      const { body } = await get<WholeTrial>(
        `trial?run=other&repeat=${repeat}&sample_id=${encodeURIComponent("a b/c")}`,
      );
      const { metadata, ...trial } = body;
      const { items } = (await get<Page<TrialListing>>("trials?page_size=100&run=other")).body;
      const { left_out, ...expected } = items.find(
        (item) => item.sample_id === "a b/c" && item.repeat === repeat,
      )!;
      expect(trial).toEqual(expected as Trial);
      expect(metadata).toBeNull();
    }
  });

  test("needs the run's name only if there are several", async () => {
    const { status, body } = await get<Refusal>("trial?sample_id=long");
    expect(status).toBe(400);
    expect(body.error.details).toMatchObject({ field: "run", accepted: ["plain", "other"] });
    const { benchmark_id } = await runBenchmark(server, { iterations: 3 });
    const of = `/v1/benchmarks/${benchmark_id}`;
    const { body: page } = await server.request<Page<TrialListing>>("GET", `${of}/trials`, {
      token: server.token,
    });
    const [first] = page.items;
    const alone = await server.request<WholeTrial>("GET", `${of}/trial?sample_id=${first?.sample_id}`, {
      token: server.token,
    });
    expect(alone.body).toMatchObject({ sample_id: first!.sample_id, input: first!.input });
  });

  test.each([
    ["an unknown sample", "run=plain&sample_id=none", 404],
    ["a row number that is no id", "run=plain&sample_id=0", 404],
    ["a repeat that was not made", "run=plain&sample_id=long&repeat=2", 404],
    ["an unknown run", "run=plian&sample_id=long", 400],
    ["no sample", "run=plain", 400],
    ["a repeat in words", "run=plain&sample_id=long&repeat=first", 400],
    ["an unknown field", "run=plain&sample_id=long&page=1", 400],
  ])("is refused for %s", async (_what, query, status) => {
    expect((await get(`trial?${query}`)).status).toBe(status);
  });
});
