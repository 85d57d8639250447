import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LONG_SAMPLE_FIELDS, type Sample } from "../../../src/domain/dataset.ts";
import { LISTED_BYTES_MAX } from "../../../src/domain/page.ts";
import { createDatasetStore, type DatasetStore } from "../../../src/store/datasets.ts";
import type { Database } from "../../../src/store/open.ts";
import { openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { recordTurns } from "../../support/timing/turns.ts";

const tempDir = tempDirs();
let database: Database;
let datasets: DatasetStore;
beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  datasets = createDatasetStore(database);
});
afterAll(() => database.close());

const LONG = "x".repeat(LISTED_BYTES_MAX + 1);
const MEGABYTE = "y".repeat(1_000_000);

/** Stores samples under a new id of a dataset. */
async function store(samples: readonly Sample[]): Promise<string> {
  const dataset_id = Bun.randomUUIDv7();
  await datasets.addSamples(dataset_id, 0, samples);
  return dataset_id;
}

const short = (position: number): Sample => ({ id: `sample ${position}`, input: `Question ${position}?` });
const shorts = Array.from({ length: 25 }, (_, position) => short(position));

describe("a page of samples", () => {
  test("has them in the file's order", async () => {
    const id = await store(shorts);
    const page = (number: number) => datasets.listedSamples.page(id, 25, { page: number, page_size: 10 });
    const wanted = shorts.map((sample) => ({ ...sample, left_out: [] }));
    expect([await page(1), await page(3), await page(4)]).toEqual([
      wanted.slice(0, 10),
      wanted.slice(20),
      [],
    ]);
  });

  test("leaves long fields out and names them", async () => {
    const sample: Sample = {
      id: "long",
      input: LONG,
      choices: [LONG, "b"],
      expected: [LONG],
      context: [LONG],
      group: "g",
      metadata: { page: LONG },
    };
    const id = await store([sample, { ...sample, id: "half", input: "short", metadata: { page: 1.5 } }]);
    const page = await datasets.listedSamples.page(id, 2, { page: 1, page_size: 2 });
    const none = { choices: null, expected: null, context: null };
    expect(page).toEqual([
      { id: "long", input: null, ...none, group: "g", metadata: null, left_out: [...LONG_SAMPLE_FIELDS] },
      {
        id: "half",
        input: "short",
        ...none,
        group: "g",
        metadata: { page: 1.5 },
        left_out: ["choices", "expected", "context"],
      },
    ]);
  });

  test("is measured in bytes", async () => {
    const input = "ä".repeat(LISTED_BYTES_MAX / 2);
    const id = await store([
      { id: "0", input },
      { id: "1", input: `${input}x` },
    ]);
    const page = await datasets.listedSamples.page(id, 2, { page: 1, page_size: 2 });
    expect(page.map(({ left_out }) => left_out)).toEqual([[], ["input"]]);
  });

  test("reads few samples of a megabyte in one turn of the event loop", async () => {
    const id = await store(Array.from({ length: 60 }, (_, row) => ({ id: String(row), input: MEGABYTE })));
    const turns = recordTurns(database.client);
    await datasets.listedSamples.page(id, 60, { page: 1, page_size: 60 });
    turns.stop();
    expect(turns.most("rows")).toBeLessThanOrEqual(10);
    expect(turns.total("rows")).toBe(60);
  });
});

describe("a sample", () => {
  test("is found by its id, whole", async () => {
    const ids = ["0", "own", 'a "quoted" id', "ä", "own 2"];
    const id = await store(ids.map((name, row) => ({ id: name, input: row === 1 ? LONG : "short" })));
    for (const [row, name] of ids.entries())
      expect(await datasets.listedSamples.find(id, name, 5)).toEqual({
        id: name,
        input: row === 1 ? LONG : "short",
      });
    for (const name of ["", "1", "ow", 'own","input":"'])
      expect(await datasets.listedSamples.find(id, name, 5)).toBeUndefined();
  });

  test("is searched for in small steps", async () => {
    const id = await store(Array.from({ length: 900 }, (_, row) => short(row)));
    const turns = recordTurns(database.client);
    expect(await datasets.listedSamples.find(id, "sample 899", 900)).toEqual(short(899));
    turns.stop();
    expect(turns.turns()).toBeGreaterThanOrEqual(4);
  });
});
