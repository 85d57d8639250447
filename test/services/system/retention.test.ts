import { expect, test } from "bun:test";
import { forgetOld } from "../../../src/services/system/retention.ts";
import { completionRow } from "../../support/rows.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
/** Returns the id of a completion of that age. */
const idOf = (days: number): string => Bun.randomUUIDv7("hex", Date.now() - days * DAY_MS);
const answer = {
  completion: { text: "x", model: "m", finish_reason: "stop" as const, usage: null, warnings: [] },
};
const tempDir = tempDirs();
const PAGE = { page: 1, page_size: 100 };

test("rows older than `days` are deleted, in as many steps as needed", async () => {
  const store = await openStoreIn(tempDir());
  const kept = completionRow({ request_id: idOf(29) });
  await store.completions.add(kept);
  const old = Array.from({ length: 2_500 }, () => completionRow({ request_id: idOf(31) }));
  await Promise.all(old.map(store.completions.add));
  await store.responses.put({ key: "old", ...answer, created_at: daysAgo(31) });
  await store.responses.put({ key: "new", ...answer, created_at: daysAgo(29) });

  await forgetOld(store, { days: 30, rows: 1_000 });

  const { items, total } = await store.completions.list(PAGE);
  expect([total, items[0]?.request_id]).toEqual([1, kept.request_id]);
  expect(await store.responses.find("old")).toBeUndefined();
  expect(await store.responses.find("new")).toMatchObject(answer);
});

test("the oldest completions and cached answers beyond `rows` are deleted", async () => {
  const store = await openStoreIn(tempDir());
  const days = Array.from({ length: 12 }, (_, day) => day);
  const ids = days.map(idOf);
  for (const day of days.toReversed()) {
    await store.completions.add(completionRow({ request_id: ids[day] ?? "" }));
    await store.responses.put({ key: `of ${day}`, ...answer, created_at: daysAgo(day) });
  }

  await forgetOld(store, { days: 30, rows: 5 });

  const { items } = await store.completions.list(PAGE);
  expect(items.map(({ request_id }) => request_id)).toEqual(ids.slice(0, 5));
  const kept = await Promise.all(days.map((day) => store.responses.find(`of ${day}`)));
  expect(kept.map((row) => row !== undefined)).toEqual(days.map((day) => day < 5));
});
