import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { CompletionListing } from "../../src/domain/completions/completion-list.ts";
import { LISTED_BYTES_MAX } from "../../src/domain/page.ts";
import { createCompletionStore } from "../../src/store/completions.ts";
import type { Database } from "../../src/store/open.ts";
import { completions as table } from "../../src/store/schema/index.ts";
import { insertInto } from "../../src/store/statement.ts";
import { completionRow } from "../support/rows.ts";
import { openDatabaseIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const PAGE = { page: 1, page_size: 20 };
const LAST = Date.parse("2026-11-01T00:00:00.000Z");
const ROWS = 20_000;
const MINUTE_MS = 60_000;

let database: Database;
let completions: ReturnType<typeof createCompletionStore>;

/** One completion per minute. Every hundredth failed, and a single one is from another provider. */
async function fill(): Promise<void> {
  const insert = insertInto(table);
  const rows = Array.from({ length: ROWS }, (_, index) =>
    completionRow({
      request_id: Bun.randomUUIDv7("hex", LAST - (ROWS - 1 - index) * MINUTE_MS),
      provider: index === 7 ? "rare" : `provider-${index % 4}`,
      model: `model-${index % 20}`,
      status: index % 100 === 0 ? "failed" : "completed",
      created_by: `caller-${index % 5}`,
    }),
  );
  for (let start = 0; start < ROWS; start += 500)
    await database.writer.write(rows.slice(start, start + 500).map(insert));
}

beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  completions = createCompletionStore(database);
  await fill();
});
afterAll(() => database.close());

describe("the history's filters", () => {
  test.each([
    ["provider", { provider: "provider-1" }, 5_000],
    ["a rare provider", { provider: "rare" }, 1],
    ["model", { model: "model-3" }, 1_000],
    ["status", { status: "failed" as const }, 200],
    ["caller", { caller: "caller-2" }, 4_000],
    ["several", { provider: "provider-0", status: "failed" as const }, 200],
    ["since", { since: LAST - 99 * MINUTE_MS }, 100],
    ["since, and others", { since: LAST - 99 * MINUTE_MS, model: "model-0" }, 5],
    ["what nobody is", { provider: "nobody" }, 0],
  ])("by %s find the matching completions, newest first", async (_what, query, total) => {
    const page = await completions.list(PAGE, query);
    expect([page.total, page.items.length]).toEqual([total, Math.min(20, total)]);
    const ids = page.items.map(({ request_id }) => request_id);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  test("use the index, and read no rows to find a page or to count", async () => {
    const plans: string[] = [];
    const explain = async (sql: string, args: string[]) => {
      const { rows } = await database.client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args });
      plans.push(...rows.map(({ detail }) => String(detail)));
    };
    const where = ["provider", "model", "status", "created_by"].map((column) => `${column} = ?`);
    for (const condition of [...where, `${where[0]} AND ${where[2]}`, "request_id >= ?"]) {
      const args = condition
        .split("?")
        .slice(1)
        .map(() => "any");
      await explain(`SELECT count(*) FROM completions WHERE ${condition}`, args);
      await explain(`SELECT * FROM completions WHERE ${condition} ORDER BY request_id DESC LIMIT 20`, args);
    }
    expect(plans).toHaveLength(12);
    for (const plan of plans)
      expect(plan).toMatch(
        /^(SCAN|SEARCH) completions USING (COVERING )?INDEX sqlite_autoindex_completions_1/,
      );
  });
});

describe("a listed completion", () => {
  const long = "x".repeat(LISTED_BYTES_MAX);

  test("is complete if it is short", async () => {
    const row = completionRow({ provider: "short" });
    await completions.add(row);
    expect((await completions.list(PAGE, { provider: "short" })).items).toEqual([{ ...row, left_out: [] }]);
  });

  test("leaves out long fields and names them; by its id it is complete", async () => {
    const row = completionRow({
      provider: "long",
      text: `${long}ä`,
      messages: [{ role: "user", content: long }],
      warnings: [long],
    });
    await completions.add(row);
    const [listed] = (await completions.list(PAGE, { provider: "long" })).items;
    const left_out: CompletionListing["left_out"] = ["messages", "text", "warnings"];
    expect(listed).toEqual({ ...row, messages: null, text: null, warnings: null, left_out });
    expect(await completions.find(row.request_id)).toEqual(row);
  });

  test("is measured in bytes, not in characters", async () => {
    await completions.add(completionRow({ provider: "bytes", text: "ä".repeat(LISTED_BYTES_MAX / 2 + 1) }));
    expect((await completions.list(PAGE, { provider: "bytes" })).items[0]?.left_out).toEqual(["text"]);
  });
});
