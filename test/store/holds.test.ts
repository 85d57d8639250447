import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Store } from "../../src/store/index.ts";
import { benchmarkRow, trialRow } from "../support/rows.ts";
import { openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
let store: Store;
let benchmark_id = "";

beforeAll(async () => {
  store = await openStoreIn(tempDir());
});
afterAll(() => store.close());

beforeEach(async () => {
  const row = benchmarkRow();
  benchmark_id = row.benchmark_id;
  const data = { benchmark_id, progress: 0, status: "pending" } as const;
  await store.benchmarks.add(row, { topic: "benchmark.progress", data });
});

const hold = (name: string, usd: number) =>
  store.holds.add({ hold_id: `${benchmark_id}/${name}`, benchmark_id, usd });
const idOf = (name: string) => `${benchmark_id}/${name}`;
const held = () => store.holds.sum(benchmark_id);
const add = (position: number, spent_usd: number, more = {}, holds: string[] = []) =>
  store.trials.add(trialRow({ benchmark_id, position, spent_usd, ...more }), holds);

async function spentIn(): Promise<number> {
  let spent = 0;
  for await (const rows of store.trials.accountChunks(benchmark_id, 0))
    for (const row of rows) spent += row.spent_usd ?? 0;
  return spent;
}

describe("holds", () => {
  test("end in the commit of the trial's row, and stay if that is refused", async () => {
    await hold("a", 0.5);
    await hold("b", 0.25);
    await add(0, 0.3, {}, [idOf("a")]);
    expect(await held()).toBe(0.25);
    await expect(add(0, 0.2, {}, [idOf("b")])).rejects.toThrow();
    expect(await held()).toBe(0.25);
    expect(await spentIn()).toBe(0.3);
  });

  test("of a trial without a row keep the cost of its calls", async () => {
    await hold("free", 0.5);
    await hold("paid", 0.5);
    await hold("unknown", 0.5);
    await store.holds.settle([
      { hold_id: idOf("free"), usd: 0 },
      { hold_id: idOf("paid"), usd: 0.125 },
    ]);
    await store.holds.settle([]);
    expect(await held()).toBe(0.625);
    await store.holds.remove(benchmark_id);
    expect(await held()).toBe(0);
  });
});

test("removed trials keep their cost as holds", async () => {
  await add(0, 0.5);
  await add(1, 0.25, { outcome: "provider_error", error: "timeout: too late" });
  await add(2, 0, { outcome: "provider_error" });
  expect(await store.trials.removeFailed(benchmark_id, 0)).toBe(2);
  expect(await store.trials.removeFailed(benchmark_id, 0)).toBe(0);
  expect({ spent: await spentIn(), held: await held() }).toEqual({ spent: 0.5, held: 0.25 });
  expect(await store.trials.count(benchmark_id)).toBe(1);
});

test("holds of deleted benchmarks are deleted, and no others", async () => {
  await add(0, 0);
  await hold("mine", 1);
  for (const gone of ["0-gone", "zz-gone"]) {
    await store.trials.add(trialRow({ benchmark_id: gone }));
    await store.holds.add({ hold_id: gone, benchmark_id: gone, usd: 1 });
  }
  await store.trials.dropOrphans();
  await store.holds.dropOrphans();
  expect(await store.trials.count("0-gone")).toBe(0);
  expect(await store.trials.count("zz-gone")).toBe(0);
  expect(await store.holds.sum("zz-gone")).toBe(0);
  expect({ trials: await store.trials.count(benchmark_id), held: await held() }).toEqual({
    trials: 1,
    held: 1,
  });
});
