import { afterEach, describe, expect, test } from "bun:test";
import { createEventBus, type NewEvent } from "../../src/events.ts";
import type { Database } from "../../src/store/open.ts";
import { createWriter } from "../../src/store/writer.ts";
import { processScript } from "../support/paths.ts";
import { createProcesses } from "../support/server/process.ts";
import { databaseFile, openDatabaseIn, recordingBus } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const { start } = createProcesses();
const opened: Database[] = [];

afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

async function open(data_dir = tempDir()) {
  const { bus, published } = recordingBus();
  const database = await openDatabaseIn(data_dir, bus);
  opened.push(database);
  await database.client.execute(
    "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, text TEXT UNIQUE)",
  );
  return { ...database, published, data_dir };
}

const add = (id: number, text: string | null = null) => ({
  sql: "INSERT INTO items VALUES (?, ?)",
  args: [id, text],
});
const setText = (id: number, text: string) => ({
  sql: "UPDATE items SET text = ? WHERE id = ?",
  args: [text, id],
});

const progress = (benchmark_id: string, value = 0): NewEvent => ({
  topic: "benchmark.progress",
  data: { benchmark_id, progress: value, status: "running" },
});

const idsIn = async ({ client }: Pick<Database, "client">) =>
  (await client.execute("SELECT id FROM items ORDER BY id")).rows.map(({ id }) => Number(id));

const eventsIn = async ({ client }: Pick<Database, "client">) =>
  (await client.execute("SELECT seq, topic, data FROM events ORDER BY seq")).rows.map(
    ({ seq, topic, data }) => ({
      seq: Number(seq),
      topic: String(topic),
      data: JSON.parse(String(data)),
    }),
  );

const whyRefused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "not refused",
    (error: unknown) => String(error),
  );

describe("a write", () => {
  test("is committed when it resolves", async () => {
    const database = await open();
    const writing = database.writer.write([add(1)]);
    expect(await idsIn(database)).toEqual([]);
    await writing;
    expect(await idsIn(database)).toEqual([1]);
  });

  test("returns one result for each of its statements", async () => {
    const { writer } = await open();
    const [first, second] = await Promise.all([
      writer.write([add(1), add(2), setText(9, "nobody")]),
      writer.write([{ sql: "UPDATE items SET text = 'x' || id" }]),
    ]);
    expect(first.map(({ rowsAffected }) => rowsAffected)).toEqual([1, 1, 0]);
    expect(second.map(({ rowsAffected }) => rowsAffected)).toEqual([2]);
  });

  test("is committed completely or not at all", async () => {
    const database = await open();
    expect(await whyRefused(database.writer.write([add(1), add(2), add(1)]))).toInclude("UNIQUE");
    expect(await idsIn(database)).toEqual([]);
  });

  test("that breaks a constraint fails alone, also in a shared commit", async () => {
    const database = await open();
    await database.writer.write([add(500)]);
    const writes = Array.from({ length: 1000 }, (_, id) => whyRefused(database.writer.write([add(id)])));
    const refused = (await Promise.all(writes)).flatMap((why, id) =>
      why === "not refused" ? [] : [{ id, why }],
    );
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ id: 500, why: expect.stringContaining("UNIQUE") });
    expect(await idsIn(database)).toHaveLength(1000);
  });

  test("with invalid SQL fails alone too", async () => {
    const database = await open();
    const [bad, good] = await Promise.all([
      whyRefused(database.writer.write([{ sql: "INSERT INTO nowhere VALUES (1)" }])),
      whyRefused(database.writer.write([add(1)])),
    ]);
    expect(bad).toInclude("no such table");
    expect(good).toBe("not refused");
  });

  test("sees the writes before it, in their order", async () => {
    const database = await open();
    const writes = Array.from({ length: 600 }, (_, index) =>
      database.writer.write([setText(1, String(index))]),
    );
    await Promise.all([database.writer.write([add(1)]), ...writes]);
    await database.writer.write([setText(1, "last")]);
    const { rows } = await database.client.execute("SELECT text FROM items");
    expect(rows[0]?.text).toBe("last");
  });

  test("without statements does nothing", async () => {
    const { writer } = await open();
    expect(await writer.write([])).toEqual([]);
  });
});

describe("inserts", () => {
  const row = (id: number, text: string | null = null) => ({ ...add(id, text), values: "(?, ?)" });

  test("that arrive together are committed together, each with its own values", async () => {
    const database = await open();
    const ids = Array.from({ length: 600 }, (_, index) => index + 1);
    await Promise.all(ids.map((id) => database.writer.insert(row(id, `text ${id}`))));
    expect(await idsIn(database)).toEqual(ids);
    const { rows } = await database.client.execute(
      "SELECT count(*) AS own FROM items WHERE text = 'text ' || id",
    );
    expect(Number(rows[0]?.own)).toBe(600);
  });

  test("keep their order among other writes", async () => {
    const database = await open();
    const { writer } = database;
    const [, , changed] = await Promise.all([
      writer.insert(row(1, "before")),
      writer.insert(row(2, "before too")),
      writer.write([{ sql: "UPDATE items SET text = 'seen ' || id", args: [] }]),
      writer.insert(row(3, "after")),
    ]);
    expect(changed[0]?.rowsAffected).toBe(2);
    const { rows } = await database.client.execute("SELECT text FROM items ORDER BY id");
    expect(rows.map(({ text }) => text)).toEqual(["seen 1", "seen 2", "after"]);
  });

  test("that break a constraint fail alone", async () => {
    const database = await open();
    const { insert } = database.writer;
    const settled = await Promise.all([1, 2, 2, 3].map((id) => whyRefused(insert(row(id)))));
    expect(settled.map((why) => why.includes("UNIQUE"))).toEqual([false, false, true, false]);
    expect(await idsIn(database)).toEqual([1, 2, 3]);
  });
});

describe("idle", () => {
  test("resolves once all earlier writes are committed or refused", async () => {
    const database = await open();
    let settled = 0;
    for (let id = 0; id < 600; id++) {
      database.writer.write([add(id % 599)]).then(
        () => settled++,
        () => settled++,
      );
    }
    await database.writer.idle();
    expect(settled).toBe(600);
    await database.writer.idle();
  });
});

describe("events", () => {
  test("are stored with their change, and published after it is committed", async () => {
    const database = await open();
    const writing = database.writer.write([add(1)], [progress("one", 0.5), progress("two")]);
    expect(database.published).toEqual([]);
    await writing;
    const stored = await eventsIn(database);
    expect(stored).toEqual([
      { seq: 1, ...progress("one", 0.5) },
      { seq: 2, ...progress("two") },
    ]);
    expect(database.published).toMatchObject(stored);
    expect(database.published[0]?.timestamp).toBeGreaterThan(Date.now() - 60_000);
  });

  test("are published when their change can be read", async () => {
    const { bus } = recordingBus();
    const database = await openDatabaseIn(tempDir(), bus);
    opened.push(database);
    await database.client.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT)");
    const seen: Promise<number[]>[] = [];
    bus.subscribe("benchmark.progress", () => seen.push(idsIn(database)));
    await Promise.all([1, 2, 3].map((id) => database.writer.write([add(id)], [progress(String(id))])));
    for (const [index, ids] of (await Promise.all(seen)).entries()) expect(ids).toContain(index + 1);
    expect(seen).toHaveLength(3);
  });

  test("whose listener throws are published, and their change is made once", async () => {
    const faults: unknown[] = [];
    const bus = createEventBus((error) => faults.push(error));
    bus.subscribe("benchmark.progress", () => {
      throw new Error("a listener's own");
    });
    const database = await openDatabaseIn(tempDir(), bus);
    opened.push(database);
    await database.client.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT)");
    await database.writer.write([add(0)]);
    const append = { sql: "UPDATE items SET text = coalesce(text, '') || 'x'" };
    await Promise.all([1, 2].map(() => database.writer.write([append], [progress("one")])));
    const { rows } = await database.client.execute("SELECT text FROM items");
    expect([rows[0]?.text, faults.length, (await eventsIn(database)).length]).toEqual(["xx", 2, 2]);
  });

  test("of a refused write are neither stored nor published", async () => {
    const database = await open();
    await database.writer.write([add(1)]);
    const writes = [
      database.writer.write([add(2)], [progress("two")]),
      database.writer.write([add(1)], [progress("one again")]),
      database.writer.write([add(3)], [progress("three")]),
    ];
    await Promise.allSettled(writes);
    expect(database.published.map(({ data }) => data)).toEqual([
      progress("two").data,
      progress("three").data,
    ]);
    expect((await eventsIn(database)).map(({ data }) => data)).toEqual([
      progress("two").data,
      progress("three").data,
    ]);
  });

  test("are published only if the last statement changed a row", async () => {
    const database = await open();
    const { writer } = database;
    await writer.write([add(1)]);
    await Promise.all([
      writer.write([setText(9, "nobody")], [progress("no change"), progress("nor this")]),
      writer.write([add(2), setText(9, "nobody")], [progress("a change, but not the last")]),
      writer.write(
        [setText(9, "nobody"), setText(1, "somebody")],
        [progress("the last"), progress("and more")],
      ),
      writer.write(
        [{ sql: "INSERT INTO items VALUES (1, NULL) ON CONFLICT DO NOTHING" }],
        [progress("conflict")],
      ),
    ]);
    expect(database.published.map(({ data }) => data)).toEqual([
      progress("the last").data,
      progress("and more").data,
    ]);
    expect(await eventsIn(database)).toHaveLength(2);
  });

  test("have the order of their commits, in the database and on the bus", async () => {
    const database = await open();
    const names = Array.from({ length: 900 }, (_, index) => `number ${index}`);
    await Promise.allSettled(
      names.map((name, index) =>
        database.writer.write([index % 7 === 3 ? add(0) : add(index)], [progress(name)]),
      ),
    );
    const expected = names.filter((_, index) => index % 7 !== 3);
    expect(database.published.map(({ data }) => "benchmark_id" in data && data.benchmark_id)).toEqual(
      expected,
    );
    const stored = await eventsIn(database);
    expect(stored.map(({ data }) => data.benchmark_id)).toEqual(expected);
    expect(stored.map(({ seq }) => seq)).toEqual(database.published.map(({ seq }) => seq ?? 0));
    expect(stored.every(({ seq }, index) => index === 0 || seq > (stored[index - 1]?.seq ?? 0))).toBe(true);
  });

  test("continue their numbers after a restart", async () => {
    const data_dir = tempDir();
    let last = 0;
    for (let start = 1; start <= 3; start++) {
      const { writer, published, close } = await open(data_dir);
      opened.splice(0);
      await Promise.all(
        [10, 20].map((id) => writer.write([add(start * 100 + id)], [progress(`start ${start}`)])),
      );
      for (const { seq = 0 } of published) {
        expect(seq).toBeGreaterThan(last);
        last = seq;
      }
      await close();
    }
    expect(last).toBe(6);
  });
});

describe("many writers at once", () => {
  test("do not block timers and other work", async () => {
    const database = await open();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const writes = Array.from({ length: 20_000 }, (_, id) => database.writer.write([add(id)]));
    let read = 0;
    const reading = (async () => {
      for (; read < 5; read++) {
        await idsIn(database);
        await Bun.sleep(0);
      }
    })();
    await Promise.all(writes);
    clearInterval(timer);
    await reading;
    // 20,000 statements in groups of at most 256: a turn of the event loop lies between any two of them.
    expect(turns).toBeGreaterThan(20);
    expect(await idsIn(database)).toHaveLength(20_000);
  });

  test("share commits", async () => {
    const database = await open();
    let batches = 0;
    const { client } = database;
    const batch = client.batch.bind(client);
    client.batch = (...args: Parameters<typeof batch>) => {
      batches++;
      return batch(...args);
    };
    await Promise.all(Array.from({ length: 1000 }, (_, id) => database.writer.write([add(id)])));
    expect(batches).toBe(Math.ceil(1000 / 256));
  });

  test("in successive turns of the event loop share a commit, but none waits for long", async () => {
    const { client } = await open();
    let commits = 0;
    let committed = 0;
    const writer = createWriter({
      client,
      last_seq: 0,
      publish: () => undefined,
      prepare: async () => undefined,
      onCommit: () => void commits++,
    });
    const writes: Promise<void>[] = [];
    // Unbroken work: were there one commit at its end, there would be no end.
    for (let id = 0; commits < 10 && id < 100_000; id++) {
      const row = { ...add(id), values: "(?, ?)" };
      // Asked for before the writer asks: in each of its turns there is a row more.
      const turn = new Promise((resolve) => setImmediate(resolve));
      writes.push(writer.insert(row).then(() => void committed++));
      await turn;
    }
    await Promise.all(writes);
    expect(committed).toBe(writes.length);
    expect(commits).toBeWithin(10, writes.length / 2);
  });
});

describe("another process's lock", () => {
  const HOLDER = processScript("hold-write-lock");

  test("is waited for while timers run; writes of the meantime are committed in order", async () => {
    const database = await open();
    const holder = start([HOLDER, databaseFile(database.data_dir)]);
    await holder.said("held");
    const writes = [1, 2, 3].map((id) => database.writer.write([add(id)], [progress(String(id))]));
    let settled = false;
    const all = Promise.all(writes).finally(() => {
      settled = true;
    });
    for (let turns = 0; turns < 10; turns++) await Bun.sleep(50);
    expect(settled).toBe(false);
    expect(database.published).toEqual([]);
    holder.process.stdin.end();
    await all;
    expect(await idsIn(database)).toEqual([1, 2, 3]);
    expect((await eventsIn(database)).map(({ data }) => data.benchmark_id)).toEqual(["1", "2", "3"]);
    expect(database.published).toHaveLength(3);
  });

  test("does not change the connection: its settings stay, and later writes succeed", async () => {
    const database = await open();
    const holder = start([HOLDER, databaseFile(database.data_dir)]);
    await holder.said("held");
    const writing = database.writer.write([add(1)]);
    await Bun.sleep(300);
    expect(await idsIn(database)).toEqual([]);
    holder.process.stdin.end();
    await writing;
    const { rows } = await database.client.execute("PRAGMA foreign_keys");
    expect(rows[0]?.foreign_keys).toBe(1);
    await Promise.all([2, 3].map((id) => database.writer.write([add(id)])));
    expect(await idsIn(database)).toEqual([1, 2, 3]);
  });
});
