import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LISTED_BYTES_MAX } from "../../../src/domain/page.ts";
import { createListedTrialStore, type ListedTrialStore } from "../../../src/store/listing/listed-trials.ts";
import type { Database } from "../../../src/store/open.ts";
import { trials as table } from "../../../src/store/schema/index.ts";
import { insertInto } from "../../../src/store/statement.ts";
import type { TrialRow } from "../../../src/store/trials.ts";
import { trialRow } from "../../support/rows.ts";
import { openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const SAMPLES = 12_000;
let database: Database;
let listed: ListedTrialStore;

async function add(rows: readonly TrialRow[]): Promise<void> {
  const insert = insertInto(table);
  for (let start = 0; start < rows.length; start += 500)
    await database.writer.write(rows.slice(start, start + 500).map(insert));
}

beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  listed = createListedTrialStore(database);
  const named = Array.from({ length: SAMPLES }, (_, position) =>
    trialRow({ benchmark_id: "named", position, sample_id: `id-${position}` }),
  );
  await add(named);
  await add([1, 0].map((run) => trialRow({ benchmark_id: "two", run })));
});
afterAll(() => database.close());

describe("a listed trial", () => {
  const short = "x".repeat(LISTED_BYTES_MAX);
  // One character more, or the same characters in more bytes.
  const long = [`${short}x`, `${"x".repeat(LISTED_BYTES_MAX - 1)}é`];

  test("has texts of up to 4,000 bytes", async () => {
    const row = trialRow({ benchmark_id: "short", output: short, answer: short, error: short });
    await add([row]);
    expect(await listed.at("short", [row])).toEqual([{ ...row, left_out: [] }]);
  });

  test.each(long)("has null in the place of longer ones, and their names", async (text) => {
    const benchmark_id = `long ${text.length}`;
    const row = trialRow({ benchmark_id, output: text, answer: text, error: text, notes: { f1: text } });
    await add([row]);
    const texts = { output: null, answer: null, error: null, notes: null };
    const left_out = ["output", "answer", "notes", "error"];
    expect(await listed.slice(benchmark_id, 0, 10)).toEqual([{ ...row, ...texts, left_out }] as never);
  });

  test("without a text names nothing", async () => {
    const row = trialRow({ benchmark_id: "none", output: null, answer: null, notes: null });
    await add([row]);
    expect(await listed.at("none", [row])).toEqual([{ ...row, left_out: [] }]);
  });
});

test("a slice goes through all runs in order", async () => {
  expect((await listed.slice("two", 0, 100)).map(({ run }) => run)).toEqual([0, 1]);
  expect((await listed.slice("two", 1, 100)).map(({ run }) => run)).toEqual([1]);
});

describe("the position of a trial's sample", () => {
  const positionOf = (sample_id: string, more: object = {}) =>
    listed.positionOf({ benchmark_id: "named", run: 0, repeat: 0, sample_id, ...more }, SAMPLES);

  test("is found by the sample's id, wherever it stands", async () => {
    expect(await positionOf("id-0")).toBe(0);
    expect(await positionOf("id-4999")).toBe(4_999);
    expect(await positionOf(`id-${SAMPLES - 1}`)).toBe(SAMPLES - 1);
  });

  test("is not that of a row number which is no id", async () => {
    expect(await positionOf("5")).toBeUndefined();
    await add([trialRow({ benchmark_id: "numbers", position: 3, sample_id: "7" })]);
    expect(await positionOf("7", { benchmark_id: "numbers" })).toBe(3);
    expect(await positionOf("3", { benchmark_id: "numbers" })).toBeUndefined();
  });

  test("is undefined for another run, repeat or benchmark", async () => {
    expect(await positionOf("id-1", { run: 1 })).toBeUndefined();
    expect(await positionOf("id-1", { repeat: 1 })).toBeUndefined();
    expect(await positionOf("id-1", { benchmark_id: "two" })).toBeUndefined();
  });
});
