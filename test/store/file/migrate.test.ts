import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { DatabaseError } from "../../../src/store/file/database-error.ts";
import { type Migration, migrate, migrations } from "../../../src/store/file/migrate.ts";
import * as schema from "../../../src/store/schema/index.ts";
import { userRow } from "../../support/rows.ts";
import { databaseFile, openDatabaseIn, openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const newest = migrations.at(-1)?.created_at ?? 0;

const step = (created_at: number, ...statements: string[]): Migration => ({
  statements,
  hash: `hash of ${created_at}`,
  created_at,
});
const notes = step(newest + 1, "CREATE TABLE notes (text TEXT)", "ALTER TABLE users ADD COLUMN motto TEXT");
const failing = step(newest + 2, "CREATE TABLE more (text TEXT)", "INSERT INTO no_such_table VALUES (1)");

async function withClient<Result>(file: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = createClient({ url: pathToFileURL(file).href, concurrency: 1 });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const schemaOf = (client: Client) =>
  client
    .execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
    .then(({ rows }) => rows.map((row) => ({ ...row })));

const recordsIn = (client: Client) =>
  client
    .execute("SELECT hash, created_at FROM __drizzle_migrations ORDER BY created_at")
    .then(({ rows }) => rows.map(({ created_at }) => Number(created_at)));

/** Creates a database of this version with one user, as a server leaves it. */
async function existing(): Promise<string> {
  const data_dir = tempDir();
  const store = await openStoreIn(data_dir);
  await store.accounts.addUser(userRow({ username: "from before" }));
  await store.close();
  return databaseFile(data_dir);
}

describe("a fresh database", () => {
  test("gets every migration of this version, and no copy", async () => {
    const data_dir = tempDir();
    const { client, migration_copy, close } = await openDatabaseIn(data_dir);
    expect(migrations.length).toBeGreaterThan(0);
    expect(await recordsIn(client)).toEqual(migrations.map(({ created_at }) => created_at));
    expect(migration_copy).toBeNull();
    await close();
    expect(readdirSync(data_dir).filter((name) => name.includes("before"))).toEqual([]);
  });

  test("has every table of the schema, with its columns", async () => {
    const tables = Object.values(schema);
    expect(tables.length).toBeGreaterThanOrEqual(10);
    const { client, close } = await openDatabaseIn(tempDir());
    for (const table of tables) {
      if (!is(table, SQLiteTable)) continue;
      const { rows } = await client.execute(`PRAGMA table_info("${getTableName(table)}")`);
      const columns = Object.values(getTableColumns(table)).map(({ name }) => name);
      expect([getTableName(table), rows.map(({ name }) => String(name)).sort()]).toEqual([
        getTableName(table),
        columns.sort(),
      ]);
    }
    await close();
  });

  test("is not changed by the next start", async () => {
    const file = await existing();
    const before = await withClient(file, schemaOf);
    expect(await withClient(file, (client) => migrate(client, file))).toEqual({ applied: 0, copy: null });
    expect(await withClient(file, schemaOf)).toEqual(before);
  });
});

describe("an older database", () => {
  test("is copied first, then brought up to date with its rows", async () => {
    const file = await existing();
    const steps = [...migrations, notes];
    const { applied, copy } = await withClient(file, (client) => migrate(client, file, steps));
    expect({ applied, copy }).toEqual({ applied: 1, copy: `${file}.before-${notes.created_at}` });
    const { rows } = await withClient(file, (client) => client.execute("SELECT username, motto FROM users"));
    expect(rows.map(({ username, motto }) => [username, motto])).toEqual([["from before", null]]);
    expect(await withClient(file, recordsIn)).toEqual(steps.map(({ created_at }) => created_at));
  });

  test("can be restored from the copy", async () => {
    const file = await existing();
    const before = await withClient(file, schemaOf);
    const { copy } = await withClient(file, (client) => migrate(client, file, [...migrations, notes]));
    expect(await withClient(copy ?? "", schemaOf)).toEqual(before);
    const { rows } = await withClient(copy ?? "", (client) => client.execute("SELECT username FROM users"));
    expect(rows[0]?.username).toBe("from before");
  });

  test("is copied again if an earlier start left a copy, or part of one", async () => {
    const file = await existing();
    const copy = `${file}.before-${notes.created_at}`;
    writeFileSync(copy, "an old copy");
    writeFileSync(`${copy}.unfinished`, "half of a copy");
    await withClient(file, (client) => migrate(client, file, [...migrations, notes]));
    const { rows } = await withClient(copy, (client) => client.execute("SELECT username FROM users"));
    expect(rows).toHaveLength(1);
    expect(existsSync(`${copy}.unfinished`)).toBe(false);
  });

  test("on a server is migrated without a copy", async () => {
    const file = await existing();
    const result = await withClient(file, (client) => migrate(client, null, [...migrations, notes]));
    expect(result).toEqual({ applied: 1, copy: null });
  });
});

describe("a migration that fails", () => {
  test("leaves the database unchanged, without the steps before it", async () => {
    const file = await existing();
    const before = await withClient(file, schemaOf);
    const steps = [...migrations, notes, failing];
    const failure = withClient(file, (client) => migrate(client, file, steps));
    expect(failure).rejects.toThrow("no_such_table");
    await failure.catch(() => undefined);
    expect(await withClient(file, schemaOf)).toEqual(before);
    expect(await withClient(file, recordsIn)).toEqual(migrations.map(({ created_at }) => created_at));
  });

  test("does not prevent a later one that succeeds", async () => {
    const file = await existing();
    await withClient(file, (client) =>
      migrate(client, file, [...migrations, failing]).catch(() => undefined),
    );
    const result = await withClient(file, (client) => migrate(client, file, [...migrations, notes]));
    expect(result.applied).toBe(1);
  });
});

describe("a database of a newer version", () => {
  test("is refused and not changed", async () => {
    const file = await existing();
    await withClient(file, (client) => migrate(client, null, [...migrations, notes]));
    const before = await withClient(file, schemaOf);
    const failure = withClient(file, (client) => migrate(client, file));
    expect(failure).rejects.toThrow(DatabaseError);
    expect(failure).rejects.toThrow("was written by a newer version of this server");
    await failure.catch(() => undefined);
    expect(await withClient(file, schemaOf)).toEqual(before);
  });

  test("is refused by the store too, which then releases DATA_DIR", async () => {
    const data_dir = tempDir();
    await (await openDatabaseIn(data_dir)).close();
    await withClient(join(data_dir, "test-bench.db"), (client) =>
      client.execute(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', ${newest + 1})`),
    );
    expect(openStoreIn(data_dir)).rejects.toThrow("newer version");
    await openStoreIn(data_dir).catch(() => undefined);
    await withClient(join(data_dir, "test-bench.db"), (client) =>
      client.execute("DELETE FROM __drizzle_migrations WHERE hash = 'later'"),
    );
    await (await openStoreIn(data_dir)).close();
  });
});
