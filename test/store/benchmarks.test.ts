import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { BenchmarkStatus } from "../../src/domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../src/domain/benchmarks/benchmark-results.ts";
import type { BusEvent } from "../../src/events.ts";
import type { BenchmarkRow } from "../../src/store/benchmarks.ts";
import type { Store } from "../../src/store/index.ts";
import { benchmarkRow } from "../support/rows.ts";
import { openStoreIn, recordingBus } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const NOW = 1_000_000;
const STARTED = "2026-01-31T12:00:00.000Z";
const FINISHED = "2026-01-31T12:05:00.000Z";
const results: BenchmarkResults = {
  protocols: ["question-answer"],
  dataset: { name: "starter", content_hash: "hash", samples: 100 },
  seed: 0,
  runs: [],
  comparisons: [],
  groups: [],
  groups_left_out: 0,
};

const opened: Store[] = [];
let store: Store["benchmarks"];
let published: BusEvent[];
let row: BenchmarkRow;

beforeEach(async () => {
  const recording = recordingBus();
  const whole = await openStoreIn(tempDir(), recording.bus);
  opened.push(whole);
  ({ benchmarks: store } = whole);
  ({ published } = recording);
  row = benchmarkRow();
  await store.add(row, event("pending"));
});
afterAll(() => Promise.all(opened.map((whole) => whole.close())));

const event = (status: BenchmarkStatus, progress = 0) =>
  ({ topic: "benchmark.progress", data: { benchmark_id: row.benchmark_id, progress, status } }) as const;

const claim = (owner: string, now = NOW, until = NOW + 30_000) =>
  store.claim(row.benchmark_id, { owner, until }, { started_at: STARTED, now, event: event("running") });

const finish = (owner: string, status: BenchmarkStatus = "completed") =>
  store.finish(
    { id: row.benchmark_id, owner },
    { status, settled: 10, results, spent_usd: 0.1, error: null, finished_at: FINISHED },
    event(status, 1),
  );
const cancel = () => store.cancel(row.benchmark_id, FINISHED, event("cancelled", 1));
const current = () => store.find(row.benchmark_id);
const statusesTold = () => published.map(({ data }) => "progress" in data && data.status);

describe("a new benchmark", () => {
  test("reads back unchanged, and its event is published", async () => {
    expect(await current()).toEqual(row);
    expect(statusesTold()).toEqual(["pending"]);
  });

  test("is free", async () => {
    expect(await store.nextFree(NOW)).toEqual(row);
    expect(await store.nextFree(NOW, [row.benchmark_id])).toBeUndefined();
  });

  test("comes after older ones", async () => {
    const younger = benchmarkRow();
    const older = benchmarkRow({ benchmark_id: "00000000-0000-7000-8000-000000000000" });
    for (const other of [younger, older]) await store.add(other, event("pending"));
    expect((await store.nextFree(NOW))?.benchmark_id).toBe(older.benchmark_id);
    expect((await store.nextFree(NOW, [older.benchmark_id]))?.benchmark_id).toBe(row.benchmark_id);
  });
});

describe("a claim", () => {
  test("by two owners at once succeeds for one", async () => {
    const won = await Promise.all(["one", "two", "three"].map((owner) => claim(owner)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const owner = ["one", "two", "three"][won.indexOf(true)] ?? "";
    expect(await current()).toMatchObject({
      status: "running",
      lease_owner: owner,
      lease_until: NOW + 30_000,
      started_at: STARTED,
    });
    expect(statusesTold()).toEqual(["pending", "running"]);
  });

  test("holds until its lease expires; then another owner may claim", async () => {
    await claim("one");
    expect(await store.nextFree(NOW + 30_000)).toBeUndefined();
    expect(await claim("two", NOW + 30_000)).toBe(false);
    expect((await store.nextFree(NOW + 30_001))?.lease_owner).toBe("one");
    expect(await claim("two", NOW + 30_001, NOW + 60_000)).toBe(true);
    expect(await current()).toMatchObject({ lease_owner: "two", lease_until: NOW + 60_000 });
  });

  test("keeps the time of the first start", async () => {
    await claim("one");
    await store.claim(
      row.benchmark_id,
      { owner: "two", until: 0 },
      { started_at: FINISHED, now: NOW + 40_000, event: event("running") },
    );
    expect(await current()).toMatchObject({ lease_owner: "two", started_at: STARTED });
  });

  test("is renewed only by its owner", async () => {
    await claim("one");
    await store.renew([row.benchmark_id], { owner: "two", until: NOW + 90_000 });
    expect(await current()).toMatchObject({ lease_until: NOW + 30_000 });
    await store.renew([row.benchmark_id], { owner: "one", until: NOW + 90_000 });
    expect(await current()).toMatchObject({ lease_until: NOW + 90_000 });
  });

  test("ends for all owners when another process takes the folder", async () => {
    await claim("one");
    await store.releaseAll();
    expect(await claim("two")).toBe(true);
  });

  test.each(["completed", "failed", "cancelled"] as const)(
    "of a benchmark that is %s fails",
    async (status) => {
      await claim("one");
      if (status === "cancelled") await cancel();
      else await finish("one", status);
      await store.releaseAll();
      expect(await store.nextFree(NOW + 1_000_000)).toBeUndefined();
      expect(await claim("two", NOW + 1_000_000)).toBe(false);
      expect((await current())?.status).toBe(status);
    },
  );
});

describe("progress", () => {
  test("is stored for the owner and published", async () => {
    await claim("one");
    expect(
      await store.setSettled(
        { id: row.benchmark_id, owner: "one" },
        { settled: 4, spent_usd: 0.1234567890123456 },
        event("running", 0.4),
      ),
    ).toBe(true);
    expect((await current())?.settled).toBe(4);
    expect(published.at(-1)).toMatchObject(event("running", 0.4));
  });

  test.each(["another owner", "a cancelled benchmark"])(
    "is neither stored nor published for %s",
    async (which) => {
      await claim("one");
      if (which === "a cancelled benchmark") await cancel();
      const told = published.length;
      const owner = which === "another owner" ? "two" : "one";
      expect(
        await store.setSettled(
          { id: row.benchmark_id, owner },
          { settled: 4, spent_usd: 0.1234567890123456 },
          event("running", 0.4),
        ),
      ).toBe(false);
      expect((await current())?.settled).toBe(0);
      expect(published).toHaveLength(told);
    },
  );
});

describe("an end", () => {
  test("is stored once by the owner, and published once", async () => {
    await claim("one");
    expect(await Promise.all([finish("one"), finish("one")])).toEqual([true, false]);
    expect(await current()).toMatchObject({
      status: "completed",
      settled: 10,
      results,
      finished_at: FINISHED,
    });
    expect(statusesTold()).toEqual(["pending", "running", "completed"]);
  });

  test("is not stored by an owner that lost the lease", async () => {
    await claim("one");
    await claim("two", NOW + 40_000);
    expect(await finish("one")).toBe(false);
    expect((await current())?.status).toBe("running");
  });

  test("is not stored for a benchmark that never started", async () => {
    expect(await finish("one")).toBe(false);
  });

  test("by cancellation is possible once, for a pending and for a running benchmark", async () => {
    expect(await Promise.all([cancel(), cancel()])).toEqual([true, false]);
    expect(await current()).toMatchObject({ status: "cancelled", finished_at: FINISHED, results: null });
    expect(statusesTold()).toEqual(["pending", "cancelled"]);
  });

  test("by a finish and a cancellation at once is one of the two", async () => {
    await claim("one");
    const [finished, cancelled] = await Promise.all([finish("one"), cancel()]);
    expect([finished, cancelled]).toEqual([true, false]);
    expect(statusesTold()).toEqual(["pending", "running", "completed"]);
  });

  test("by cancellation prevents the owner's finish", async () => {
    await claim("one");
    expect(await cancel()).toBe(true);
    expect(await finish("one")).toBe(false);
    expect((await current())?.results).toBeNull();
  });

  test("by cancellation gets its results later, and no other end does", async () => {
    await claim("one");
    await store.setResults(row.benchmark_id, { settled: 3, results, spent_usd: null });
    expect((await current())?.results).toBeNull();
    await cancel();
    expect((await store.cancelledWithoutResults()).map(({ benchmark_id }) => benchmark_id)).toEqual([
      row.benchmark_id,
    ]);
    await store.setResults(row.benchmark_id, { settled: 3, results, spent_usd: null });
    expect(await current()).toMatchObject({ status: "cancelled", settled: 3, results });
    expect(await store.cancelledWithoutResults()).toEqual([]);
  });
});

test("a removed benchmark is gone, and the others are not", async () => {
  const other = benchmarkRow();
  await store.add(other, event("pending"));
  await store.remove(row.benchmark_id);
  expect(await current()).toBeUndefined();
  expect(await store.find(other.benchmark_id)).toEqual(other);
});
