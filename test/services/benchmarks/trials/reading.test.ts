import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Trial } from "../../../../src/domain/benchmarks/trial.ts";
import type { Page } from "../../../../src/domain/page.ts";
import { mixedTrials, type Refusal, runBenchmark, trialsOf } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

let server: TestServer;
let id: string;
let all: Trial[];

beforeAll(async () => {
  server = await startServer();
  ({ id, trials: all } = await mixedTrials(server));
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
