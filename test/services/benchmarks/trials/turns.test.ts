import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTrialReader } from "../../../../src/services/benchmarks/trials/reading.ts";
import { createMetricCatalogue } from "../../../../src/services/catalogues/metrics.ts";
import { createDatasetStore } from "../../../../src/store/datasets.ts";
import { createListedTrialStore } from "../../../../src/store/listing/listed-trials.ts";
import type { Database } from "../../../../src/store/open.ts";
import { trials } from "../../../../src/store/schema/index.ts";
import { insertInto } from "../../../../src/store/statement.ts";
import { createTrialStore } from "../../../../src/store/trials.ts";
import { benchmarkRow, trialRow } from "../../../support/rows.ts";
import { openDatabaseIn } from "../../../support/store.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { recordTurns } from "../../../support/timing/turns.ts";

const tempDir = tempDirs();
const TRIALS = 12_000;
const PAGE = { page: 1, page_size: 20 };
const benchmark = benchmarkRow({ status: "completed", settled: TRIALS, total: TRIALS });
const { benchmark_id } = benchmark;

let database: Database;
beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  const insert = insertInto(trials);
  const rows = Array.from({ length: TRIALS }, (_, position) =>
    trialRow({
      benchmark_id,
      position,
      sample_id: String(position),
      group: `group ${position % 7}`,
      scores: { accuracy: position % 3 === 0 ? 1 : 0, f1: 1 / (position + 1) },
      judge_cost_usd: 0.1 * (position + 1),
    }),
  );
  for (let start = 0; start < TRIALS; start += 500)
    await database.writer.write(rows.slice(start, start + 500).map(insert));
});
afterAll(() => database.close());

describe("a scan of many trials", () => {
  test("reads at most a thousand of them in one turn of the event loop", async () => {
    const store = createTrialStore(database);
    const turns = recordTurns(database.client);
    let most = 0;
    let read = 0;
    for await (const rows of store.chunks(benchmark_id, 0)) {
      most = Math.max(most, rows.length);
      read += rows.length;
    }
    turns.stop();
    expect([most, read]).toEqual([1_000, TRIALS]);
    expect(turns.turns()).toBeGreaterThanOrEqual(TRIALS / 1_000);
  });

  test("reads numbers and JSON as they were stored", async () => {
    const store = createTrialStore(database);
    const [first] = (await Array.fromAsync(store.chunks(benchmark_id, 0))).flat().slice(2);
    expect(first).toMatchObject({
      repeat: 0,
      position: 2,
      group: "group 2",
      outcome: "scored",
      scores: { accuracy: 0, f1: 1 / 3 },
      judge_cost_usd: 0.1 * 3,
      notes: null,
      usage: null,
    });
  });

  test.each([
    ["a filtered page", { correct: "true" }, PAGE],
    ["a disputed page", { disagree: "false" }, PAGE],
    ["a deep page", {}, { page: 500, page_size: 20 }],
  ] as const)("leaves turns to other requests: %s", async (_what, filter, page) => {
    const stores = {
      trials: createTrialStore(database),
      listedTrials: createListedTrialStore(database),
      datasets: createDatasetStore(database),
    };
    const reader = createTrialReader(stores, createMetricCatalogue());
    const turns = recordTurns(database.client);
    expect((await reader.page(benchmark, filter, page)).items).toHaveLength(20);
    turns.stop();
    expect(turns.turns()).toBeGreaterThanOrEqual(TRIALS / 1_000);
    expect(turns.most("bytes")).toBeLessThan(200_000);
  });
});

test("the groups of a dataset, and their positions, are found in the samples' order", async () => {
  const datasets = createDatasetStore(database);
  const group = (position: number) => ["b", "a", undefined, "ä"][position % 4];
  const samples = Array.from({ length: 30_000 }, (_, position) => {
    const name = group(position);
    return { id: String(position), input: "i", ...(name === undefined ? {} : { group: name }) };
  });
  for (let start = 0; start < samples.length; start += 1_000)
    await datasets.addSamples("grouped", start, samples.slice(start, start + 1_000));
  const turns = recordTurns(database.client);
  expect(await datasets.groups("grouped")).toEqual(["a", "b", "ä"]);
  const positions = await datasets.positionsOfGroup("grouped", "a");
  turns.stop();
  expect(positions).toEqual(samples.flatMap(({ group: name }, position) => (name === "a" ? [position] : [])));
  expect(await datasets.positionsOfGroup("grouped", "none")).toEqual([]);
  expect(await datasets.positionsOfGroup("unknown", "a")).toEqual([]);
  expect(turns.most("bytes")).toBeLessThan(50_000);
});
