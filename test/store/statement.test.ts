import { expect, test } from "bun:test";
import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { blob, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { insertInto, statementOf } from "../../src/store/statement.ts";

const things = sqliteTable("things", {
  id: integer().primaryKey(),
  "a text": text(),
  count: integer(),
  ratio: real(),
  flag: integer({ mode: "boolean" }),
  json: text({ mode: "json" }).$type<unknown>(),
  renamed: text("another_name"),
  bytes: blob({ mode: "buffer" }),
});
type Thing = typeof things.$inferSelect;

async function createThings() {
  const client = createClient({ url: ":memory:" });
  await client.execute(`CREATE TABLE things (id INTEGER PRIMARY KEY, "a text" TEXT, count INTEGER, ratio REAL,
    flag INTEGER, json TEXT, another_name TEXT, bytes BLOB)`);
  return { client, db: drizzle(client) };
}

const empty: Omit<Thing, "id"> = {
  "a text": null,
  count: null,
  ratio: null,
  flag: null,
  json: null,
  renamed: null,
  bytes: null,
};

const rows: [string, Partial<Thing>][] = [
  ["nulls everywhere", {}],
  ["texts", { "a text": 'it\'s "quoted"; -- and more ünïcode 🦜', renamed: "" }],
  ["whole numbers", { count: -9_007_199_254_740_991 }],
  ["fractions", { ratio: 0.1 + 0.2 }],
  ["fractions that are whole", { ratio: 3 }],
  ["true", { flag: true }],
  ["false", { flag: false }],
  ["a JSON object", { json: { nested: [1, null, { deep: "it's" }], empty: {} } }],
  ["a JSON list", { json: [] }],
  ["a JSON text", { json: "plain" }],
  ["a JSON number, zero", { json: 0 }],
  ["JSON false", { json: false }],
  ["bytes", { bytes: Buffer.from([0, 1, 255]) }],
];

test.each(rows)("a row with %s reads back unchanged", async (_what, given) => {
  const { client, db } = await createThings();
  const row = { id: 1, ...empty, ...given };
  await client.execute(insertInto(things)(row));
  expect(await db.select().from(things)).toEqual([row]);
  client.close();
});

test.each(rows)("a row with %s is stored as Drizzle's own insert stores it", async (_what, given) => {
  const { client, db } = await createThings();
  const row = { id: 1, ...empty, ...given };
  await client.execute(insertInto(things)(row));
  await db.insert(things).values({ ...row, id: 2 });
  const { rows: stored } = await client.execute("SELECT * FROM things ORDER BY id");
  const [ours, theirs] = stored.map((values) => ({ ...values, id: 0, 0: 0 }));
  expect(ours).toEqual(theirs);
  client.close();
});

test("undefined is stored as null", async () => {
  const { client, db } = await createThings();
  const row: Thing = { id: 1, ...empty };
  Reflect.deleteProperty(row, "json");
  Reflect.set(row, "count", undefined);
  await client.execute(insertInto(things)(row));
  expect(await db.select().from(things)).toEqual([{ id: 1, ...empty }]);
  client.close();
});

test("a NUL character, at which libSQL would cut the text, is replaced", async () => {
  const { client, db } = await createThings();
  const row: Thing = { id: 1, ...empty, "a text": "before\0after\0", json: ["in JSON it\0stays"] };
  await client.execute(insertInto(things)(row));
  const [stored] = await db.select().from(things);
  expect(stored).toEqual({ ...row, "a text": "before\uFFFDafter\uFFFD" });
  client.close();
});

test("the text of the statement is the same for every row", () => {
  const insert = insertInto(things);
  expect(insert({ id: 1, ...empty }).sql).toBe(insert({ id: 2, ...empty, flag: true }).sql);
  expect(insert({ id: 1, ...empty }).sql).toBe(
    'INSERT INTO "things" ("id", "a text", "count", "ratio", "flag", "json", "another_name", "bytes") VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
});

test("a query of the builder becomes text and arguments", async () => {
  const { client, db } = await createThings();
  const query = db.insert(things).values({ id: 1, flag: true, json: { a: 1 } });
  const { sql, args } = statementOf(query);
  expect(sql).toStartWith('insert into "things"');
  expect(args).toEqual([1, 1, '{"a":1}']);
  await client.execute(statementOf(query));
  expect(await db.select().from(things)).toEqual([{ id: 1, ...empty, flag: true, json: { a: 1 } }]);
  client.close();
});
