import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { InStatement } from "@libsql/client";
import type { Store } from "../../src/store/index.ts";
import type { Database } from "../../src/store/open.ts";
import { trials as table } from "../../src/store/schema/index.ts";
import { insertInto } from "../../src/store/statement.ts";
import type { TrialRow } from "../../src/store/trials.ts";
import { createTrialStore } from "../../src/store/trials.ts";
import { trialRow } from "../support/rows.ts";
import { openDatabaseIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
let database: Database;
let trials: Store["trials"];

/** Over two chunks of a run's rows in two repeats, and as many of another run and of another benchmark. */
const SAMPLES = 2_100;
const keysInOrder = [0, 1].flatMap((repeat) =>
  Array.from({ length: SAMPLES }, (_, position) => ({ repeat, position })),
);

async function addAll(benchmark_id: string, run: number, keys: { repeat: number; position: number }[]) {
  const insert = insertInto(table);
  const statements = keys.map((key) =>
    insert(trialRow({ benchmark_id, run, ...key, sample_id: `s${key.position}` })),
  );
  for (let start = 0; start < statements.length; start += 500)
    await database.writer.write(statements.slice(start, start + 500));
}

beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  trials = createTrialStore(database);
  await addAll("big", 0, keysInOrder.toReversed());
  await addAll("big", 1, keysInOrder.slice(0, 10));
  await addAll("exact", 0, keysInOrder.slice(0, 2_000));
  await addAll("small", 0, keysInOrder.slice(0, 3));
});
afterAll(() => database.close());

const keyOf = ({ repeat, position }: Pick<TrialRow, "repeat" | "position">) => ({ repeat, position });

describe("a run's rows", () => {
  test("come in chunks, in the order of their key, each once", async () => {
    const chunks = await Array.fromAsync(trials.chunks("big", 0));
    expect(chunks.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 1_000, 200]);
    expect(chunks.flat().map(keyOf)).toEqual(keysInOrder);
    const whole = trialRow({ benchmark_id: "big" });
    const { benchmark_id, run, sample_id, output, answer, latency_ms, ttft_ms, ...others } = whole;
    const { cost_usd, spent_usd, ...summed } = others;
    expect(chunks[0]?.[0]).toEqual(summed);
  });

  test("come without their texts if only the keys are read", async () => {
    const chunks = await Array.fromAsync(trials.keyChunks("big", 0));
    expect(chunks.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 1_000, 200]);
    expect(chunks.flat()).toEqual(keysInOrder);
  });

  test("that fill a chunk exactly are not followed by an empty chunk", async () => {
    const chunks = await Array.fromAsync(trials.chunks("exact", 0));
    expect(chunks.map(({ length }) => length)).toEqual([1_000, 1_000]);
  });

  test("are only those of that run", async () => {
    expect((await Array.fromAsync(trials.chunks("big", 1))).flat().map(keyOf)).toEqual(
      keysInOrder.slice(0, 10),
    );
    expect(await Array.fromAsync(trials.chunks("big", 2))).toEqual([]);
    expect(await Array.fromAsync(trials.keyChunks("none", 0))).toEqual([]);
  });
});

describe("a row", () => {
  test("reads back unchanged", async () => {
    const row = trialRow({
      benchmark_id: "one",
      run: 3,
      repeat: 2,
      position: 7,
      group: "law",
      outcome: "provider_error",
      output: null,
      answer: null,
      scores: { accuracy: null, f1: 0.25 },
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      latency_ms: 0.5,
      ttft_ms: 0.25,
      cost_usd: 1e-7,
      error: "timeout: too late",
    });
    await trials.add(row);
    expect(await trials.at("one", [row])).toEqual([row]);
  });

  test("is unique: the same trial can't be added again", async () => {
    const row = trialRow({ benchmark_id: "twice" });
    await trials.add(row);
    expect(trials.add({ ...row, output: "another" })).rejects.toThrow("UNIQUE");
    expect(await trials.count("twice")).toBe(1);
  });
});

test("rows are found by their keys, and come in the keys' order", async () => {
  const keys = [
    { run: 1, ...keysInOrder[3]! },
    { run: 0, ...keysInOrder[4_000]! },
    { run: 0, ...keysInOrder[7]! },
    { run: 2, ...keysInOrder[7]! },
  ];
  const rows = await trials.at("big", keys);
  expect(rows.map((row) => [row.run, keyOf(row)])).toEqual([
    [0, keysInOrder[7]!],
    [0, keysInOrder[4_000]!],
    [1, keysInOrder[3]!],
  ]);
});

test("the query for many keys uses the index", async () => {
  const { client } = database;
  const execute = client.execute.bind(client);
  const asked: InStatement[] = [];
  client.execute = (statement: InStatement) => {
    asked.push(statement);
    return execute(statement);
  };
  await trials.at("big", [{ run: 0, repeat: 0, position: 1 }]);
  client.execute = execute;
  const { sql, args } = asked[0] as Exclude<InStatement, string>;
  const { rows } = await execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: args ?? [] });
  expect(String(rows[0]?.detail)).toMatch(
    /SEARCH trials USING INDEX .*benchmark_id=\? AND run=\? AND repeat=\? AND position=\?/,
  );
});

test("rows are removed in several commits, and other benchmarks keep theirs", async () => {
  const keys = Array.from({ length: 10_500 }, (_, position) => ({ repeat: 0, position }));
  await addAll("large", 0, keys);
  const { writer } = database;
  const { write } = writer;
  const removed: number[] = [];
  writer.write = async (...args) => {
    const results = await write(...args);
    removed.push(...results.map(({ rowsAffected }) => rowsAffected));
    return results;
  };
  await trials.remove("large");
  writer.write = write;
  expect(removed).toEqual([...Array.from({ length: 10 }, () => 1_000), 500]);
  expect(await trials.count("large")).toBe(0);
  expect(await trials.count("small")).toBe(3);
  await trials.remove("never there");
});
