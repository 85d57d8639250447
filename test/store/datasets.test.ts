import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { Sample } from "../../src/domain/dataset.ts";
import type { DatasetRow } from "../../src/store/datasets.ts";
import type { Store } from "../../src/store/index.ts";
import { benchmarkRow, datasetRow } from "../support/rows.ts";
import { openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const opened: Store[] = [];
let store: Store;
let datasets: Store["datasets"];

beforeEach(async () => {
  store = await openStoreIn(tempDir());
  opened.push(store);
  ({ datasets } = store);
});
afterAll(() => Promise.all(opened.map((each) => each.close())));

const GROUPS = ["physics", "history", undefined];

const sampleAt = (position: number): Sample => {
  const group = GROUPS[position % GROUPS.length];
  return {
    id: `sample ${position}`,
    input: `Question ${position}?`,
    choices: ["yes", "no"],
    expected: ["A"],
    metadata: { source: { page: position } },
    ...(group === undefined ? {} : { group }),
  };
};
const samples = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => sampleAt(from + index));

/** Adds a complete dataset. Its samples are written in two parts. */
async function add(count: number, given: Partial<DatasetRow> = {}): Promise<DatasetRow> {
  const row = datasetRow({ samples: count, ...given });
  const half = Math.ceil(count / 2);
  await datasets.addSamples(row.dataset_id, 0, samples(half));
  await datasets.addSamples(row.dataset_id, half, samples(count - half, half));
  expect(await datasets.addUnlessNamed(row)).toBe(true);
  return row;
}

const countSamples = async ({ dataset_id }: DatasetRow) =>
  (await datasets.listedSamples.page(dataset_id, 100_000, { page: 1, page_size: 100_000 })).length;

describe("a dataset", () => {
  test("is found by id and by name, and listed by name", async () => {
    const zebra = await add(1, { name: "zebra" });
    const ant = await add(1, { name: "ant" });
    expect(await datasets.find(zebra.dataset_id)).toEqual(zebra);
    expect(await datasets.findName("ant")).toEqual(ant);
    expect(await datasets.findName("Ant")).toBeUndefined();
    expect((await datasets.all()).map(({ name }) => name)).toEqual(["ant", "zebra"]);
  });

  test("takes a free name, and is refused a taken one", async () => {
    const first = await add(1, { name: "mine" });
    const rows = [datasetRow({ name: "mine" }), datasetRow({ name: "yours" }), datasetRow({ name: "yours" })];
    expect(await Promise.all(rows.map(datasets.addUnlessNamed))).toEqual([false, true, false]);
    expect(await datasets.findName("mine")).toEqual(first);
  });
});

describe("samples", () => {
  test("are read by position", async () => {
    const row = await add(25);
    expect(await datasets.samplesAt(row.dataset_id, [24, 0, 3, 99])).toEqual(
      new Map([0, 3, 24].map((position) => [position, sampleAt(position)])),
    );
    expect(await datasets.samplesAt(row.dataset_id, [])).toEqual(new Map());
  });

  test("belong only to their own dataset", async () => {
    const [one, other] = [await add(3), await add(5)];
    expect(await countSamples(one)).toBe(3);
    await datasets.dropSamples(one.dataset_id);
    expect(await countSamples(one)).toBe(0);
    expect(await countSamples(other)).toBe(5);
  });

  test("have groups, which are listed by name, and positions in them", async () => {
    const row = await add(8);
    expect(await datasets.groups(row.dataset_id)).toEqual(["history", "physics"]);
    expect(await datasets.positionsOfGroup(row.dataset_id, "physics")).toEqual([0, 3, 6]);
    expect(await datasets.positionsOfGroup(row.dataset_id, "history")).toEqual([1, 4, 7]);
    expect(await datasets.positionsOfGroup(row.dataset_id, "biology")).toEqual([]);
  });
});

describe("removal", () => {
  test("deletes a dataset that no benchmark uses", async () => {
    const row = await add(3);
    await store.benchmarks.add(benchmarkRow({ dataset_id: "another" }), {
      topic: "benchmark.progress",
      data: { benchmark_id: "b", progress: 0, status: "pending" },
    });
    expect(await datasets.removeUnlessUsed(row.dataset_id)).toBe(true);
    expect(await datasets.find(row.dataset_id)).toBeUndefined();
  });

  test("keeps a dataset that a benchmark uses, until that is deleted", async () => {
    const row = await add(3);
    const benchmark = benchmarkRow({ dataset_id: row.dataset_id, status: "completed" });
    const event = { benchmark_id: benchmark.benchmark_id, progress: 0, status: "pending" } as const;
    await store.benchmarks.add(benchmark, { topic: "benchmark.progress", data: event });
    expect(await datasets.removeUnlessUsed(row.dataset_id)).toBe(false);
    expect(await datasets.find(row.dataset_id)).toEqual(row);
    await store.benchmarks.remove(benchmark.benchmark_id);
    expect(await datasets.removeUnlessUsed(row.dataset_id)).toBe(true);
  });

  test("of a missing dataset does nothing", async () => {
    expect(await datasets.removeUnlessUsed("nothing")).toBe(false);
  });

  test("deletes more samples than fit in one commit", async () => {
    const row = await add(5_600);
    await datasets.dropSamples(row.dataset_id);
    expect(await countSamples(row)).toBe(0);
  });
});

describe("the samples of an aborted import", () => {
  test("are deleted, and complete datasets are not", async () => {
    const whole = await add(6);
    const orphans = [datasetRow(), datasetRow()];
    for (const { dataset_id } of orphans) await datasets.addSamples(dataset_id, 0, samples(300));
    await datasets.dropOrphans();
    for (const orphan of orphans) expect(await countSamples(orphan)).toBe(0);
    expect(await countSamples(whole)).toBe(6);
  });

  test("may be none", async () => {
    await datasets.dropOrphans();
    expect(await datasets.all()).toEqual([]);
  });
});
