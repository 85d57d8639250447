import { expect, test } from "bun:test";
import { createEventStore } from "../../src/store/events.ts";
import type { Database } from "../../src/store/open.ts";
import { openDatabaseIn, recordingBus } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();

const event = {
  topic: "benchmark.progress",
  data: { benchmark_id: "b", progress: 0, status: "running" },
} as const;

const publishEvent = ({ writer }: Database) =>
  writer.write(
    [{ sql: "INSERT INTO revoked_sessions VALUES (?, 'never')", args: [crypto.randomUUID()] }],
    [event],
  );

const seqsIn = async ({ client }: Database) =>
  (await client.execute("SELECT seq FROM events ORDER BY seq")).rows.map(({ seq }) => Number(seq));

async function setTimes({ client }: Database, times: number[]): Promise<void> {
  for (const [index, time] of times.entries())
    await client.execute({ sql: "UPDATE events SET timestamp = ? WHERE seq = ?", args: [time, index + 1] });
}

test("events older than a time are deleted, the others stay", async () => {
  const database = await openDatabaseIn(tempDir());
  for (let count = 0; count < 5; count++) await publishEvent(database);
  await setTimes(database, [100, 200, 300, 400, 500]);
  await createEventStore(database).prune(300);
  expect(await seqsIn(database)).toEqual([3, 4, 5]);
  await database.close();
});

test("numbers continue after all events became old, also after a restart", async () => {
  const data_dir = tempDir();
  const database = await openDatabaseIn(data_dir);
  for (let count = 0; count < 3; count++) await publishEvent(database);
  await createEventStore(database).prune(Date.now() + 1_000_000);
  expect(await seqsIn(database)).toEqual([3]);
  await database.close();

  const { bus, published } = recordingBus();
  const again = await openDatabaseIn(data_dir, bus);
  await publishEvent(again);
  expect(published.map(({ seq }) => seq)).toEqual([4]);
  await again.close();
});

test("pruning an empty table does nothing", async () => {
  const database = await openDatabaseIn(tempDir());
  await createEventStore(database).prune(Date.now());
  expect(await seqsIn(database)).toEqual([]);
  await database.close();
});
