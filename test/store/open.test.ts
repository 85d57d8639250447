import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createEventBus } from "../../src/events.ts";
import { DatabaseError } from "../../src/store/file/database-error.ts";
import { openDatabase } from "../../src/store/open.ts";
import { userRow } from "../support/rows.ts";
import { databaseFile, openDatabaseIn, openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const bus = createEventBus();

async function pragma(client: { execute(sql: string): Promise<{ rows: object[] }> }, name: string) {
  const { rows } = await client.execute(`PRAGMA ${name}`);
  return Object.values(rows[0] ?? {})[0];
}

describe("an open database", () => {
  test("has WAL, synchronous=NORMAL, foreign keys and a short busy timeout", async () => {
    const { client, close } = await openDatabaseIn(tempDir());
    expect(await pragma(client, "journal_mode")).toBe("wal");
    expect(await pragma(client, "synchronous")).toBe(1);
    expect(await pragma(client, "foreign_keys")).toBe(1);
    expect(await pragma(client, "busy_timeout")).toBe(100);
    await close();
  });

  test("keeps its settings after the migrations and under many queries at once", async () => {
    const { client, close } = await openDatabaseIn(tempDir());
    const answers = await Promise.all(Array.from({ length: 50 }, () => pragma(client, "foreign_keys")));
    expect(new Set(answers)).toEqual(new Set([1]));
    await close();
  });

  test("creates its folder, which only the owner can open", async () => {
    const data_dir = join(tempDir(), "deep", "er");
    const { close } = await openDatabaseIn(data_dir);
    expect(statSync(data_dir).mode & 0o777).toBe(0o700);
    await close();
  });

  test("commits all writes before it is closed, and keeps them", async () => {
    const data_dir = tempDir();
    const store = await openStoreIn(data_dir);
    const rows = Array.from({ length: 700 }, () => userRow());
    const writes = rows.map(store.accounts.addUser);
    await store.close();
    await Promise.all(writes);
    const again = await openStoreIn(data_dir);
    expect(await again.accounts.countUsers()).toBe(700);
    await again.close();
  });

  test("refuses work once it is closed", async () => {
    const store = await openStoreIn(tempDir());
    await store.close();
    expect(store.accounts.addUser(userRow())).rejects.toThrow("closed");
    expect(store.ping()).rejects.toThrow("closed");
  });

  test.each(["with blanks in it", "a%20percent", "a#hash", "a?mark", "umläut"])(
    "may lie in a folder named '%s'",
    async (name) => {
      const data_dir = join(tempDir(), name);
      const { close } = await openDatabaseIn(data_dir);
      expect(existsSync(databaseFile(data_dir))).toBe(true);
      expect(existsSync(join(data_dir, "lock"))).toBe(true);
      await close();
    },
  );

  test.each(["file:", "file://"])("may be named by %s and a path", async (scheme) => {
    const data_dir = tempDir();
    const path = join(data_dir, "a name.db");
    const open = () => openDatabase({ data_dir, database_url: `${scheme}${path.replace(" ", "%20")}`, bus });
    await (await open()).close();
    expect(existsSync(path)).toBe(true);
    const { close, migration_copy } = await open();
    expect(migration_copy).toBeNull();
    await close();
  });
});

describe("a database that can't be opened", () => {
  test("is reported with its setting, and DATA_DIR is released", async () => {
    const data_dir = tempDir();
    const database_url = pathToFileURL(join(data_dir, "missing", "folder.db")).href;
    const failure = openDatabase({ data_dir, database_url, bus });
    expect(failure).rejects.toThrow(DatabaseError);
    expect(failure).rejects.toThrow("The database of DATABASE_URL can't be opened");
    await failure.catch(() => undefined);
    await (await openDatabaseIn(data_dir)).close();
  });

  test("because it is another kind of file is not changed, and DATA_DIR is released", async () => {
    const data_dir = tempDir();
    mkdirSync(data_dir, { recursive: true });
    const text = "this is no database, ".repeat(500);
    writeFileSync(databaseFile(data_dir), text);
    expect(openDatabaseIn(data_dir)).rejects.toThrow(DatabaseError);
    await openDatabaseIn(data_dir).catch(() => undefined);
    expect(await Bun.file(databaseFile(data_dir)).text()).toBe(text);
  });
});

test("a copy is complete while writes continue", async () => {
  const data_dir = tempDir();
  const store = await openStoreIn(data_dir);
  await Promise.all(Array.from({ length: 300 }, () => store.accounts.addUser(userRow())));
  const during = Array.from({ length: 300 }, () => store.accounts.addUser(userRow()));
  const copied = tempDir();
  await store.backUpTo(databaseFile(copied));
  await Promise.all(during);
  await store.close();
  const copy = await openStoreIn(copied);
  expect(await copy.accounts.countUsers()).toBeGreaterThanOrEqual(300);
  await copy.close();
});
