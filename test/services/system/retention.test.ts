import { describe, expect, test } from "bun:test";
import pino from "pino";
import { createRetention, forgetOld } from "../../../src/services/system/retention.ts";
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

  await forgetOld(store, Date.now() - 30 * DAY_MS, 1_000);

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

  await forgetOld(store, Date.now() - 30 * DAY_MS, 5);

  const { items } = await store.completions.list(PAGE);
  expect(items.map(({ request_id }) => request_id)).toEqual(ids.slice(0, 5));
  const kept = await Promise.all(days.map((day) => store.responses.find(`of ${day}`)));
  expect(kept.map((row) => row !== undefined)).toEqual(days.map((day) => day < 5));
});

describe("a clock in doubt", () => {
  /** Retention of 90 days over completions of these ages in days, with clocks that a test moves. */
  async function retentionOver(ages: number[], ahead_days = 0) {
    const store = await openStoreIn(tempDir());
    for (const days of ages) await store.completions.add(completionRow({ request_id: idOf(days) }));
    let [offset_ms, elapsed_ms] = [ahead_days * DAY_MS, 0];
    const clocks = { now: () => Date.now() + offset_ms + elapsed_ms, elapsed: () => elapsed_ms };
    const lines: string[] = [];
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const retention = createRetention({ store, log, limits: { days: 90, rows: 1_000 }, clocks });
    return {
      retention,
      lines,
      total: async () => (await store.completions.list(PAGE)).total,
      add: (days: number) => store.completions.add(completionRow({ request_id: idOf(days) })),
      jump: (days: number) => {
        offset_ms += days * DAY_MS;
      },
      pass: (days: number) => {
        elapsed_ms += days * DAY_MS;
      },
    };
  }

  test("at the start deletes nothing for a day, not even after new rows, and says why", async () => {
    const { retention, lines, total, add, pass } = await retentionOver([0, 1, 2], 400);
    await retention.start();
    await add(-400);
    await retention.run();
    expect(await total()).toBe(4);
    expect(lines.join()).toMatch(
      /nothing is deleted by age for 24 h, because the newest row is of .*, 400 days before/,
    );
    pass(1.1);
    await retention.run();
    expect(await total()).toBe(1);
  });

  test("that jumps while the server runs deletes nothing", async () => {
    const { retention, lines, total, jump, pass } = await retentionOver([0, 1, 2]);
    await retention.start();
    await retention.run();
    jump(400);
    await retention.run();
    pass(0.5);
    await retention.run();
    expect(await total()).toBe(3);
    expect(lines.join()).toInclude("because the clock jumped by 9600.0 h");
    jump(-400);
    await retention.run();
    expect(await total()).toBe(3);
  });

  test("is none if rows and clock agree: old rows are deleted, and the log tells how many", async () => {
    const { retention, lines, total } = await retentionOver([0, 1, 91, 92]);
    await retention.start();
    await retention.run();
    expect(await total()).toBe(2);
    expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({
      msg: "deleted old records",
      events: 0,
      completions: 2,
      responses: 0,
    });
  });
});
