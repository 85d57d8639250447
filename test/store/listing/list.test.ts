import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../../src/base/ids.ts";
import type { Page, PageRequest } from "../../../src/domain/page.ts";
import type { Store } from "../../../src/store/index.ts";
import { plugins } from "../../../src/store/schema/index.ts";
import { insertInto } from "../../../src/store/statement.ts";
import {
  apiKeyRow,
  benchmarkRow,
  completionRow,
  evaluationRow,
  pluginRow,
  userRow,
} from "../../support/rows.ts";
import { openDatabaseIn, openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const TOTAL = 25;
/** Ids in the order of their creation. */
const ids = Array.from({ length: TOTAL }, newId);
const newestFirst = ids.toReversed();
let store: Store;

const progress = (benchmark_id: string) =>
  ({ topic: "benchmark.progress", data: { benchmark_id, progress: 0, status: "pending" } }) as const;

async function addPlugins(data_dir: string): Promise<void> {
  const { writer, close } = await openDatabaseIn(data_dir);
  const insert = insertInto(plugins);
  await writer.write(ids.map((id) => insert(pluginRow({ id }))));
  await close();
}

beforeAll(async () => {
  const data_dir = tempDir();
  await addPlugins(data_dir);
  store = await openStoreIn(data_dir);
  // Committed in another order than that of their creation.
  const mixed = [...ids.slice(10), ...ids.slice(0, 10)];
  for (const id of mixed) {
    await Promise.all([
      store.accounts.addUser(userRow({ id })),
      store.accounts.addApiKey(apiKeyRow({ id })),
      store.completions.add(completionRow({ request_id: id })),
      store.evaluations.add(evaluationRow({ evaluation_id: id }), progress(id)),
      store.benchmarks.add(benchmarkRow({ benchmark_id: id }), progress(id)),
    ]);
  }
});
afterAll(() => store.close());

type ListedIds = (request: PageRequest) => Promise<Page<string>>;

async function idsOf<Item>(page: Promise<Page<Item>>, id: (item: Item) => string): Promise<Page<string>> {
  const { items, ...rest } = await page;
  return { ...rest, items: items.map(id) };
}

const lists: [string, ListedIds][] = [
  ["users", (request) => idsOf(store.accounts.listUsers(request), ({ id }) => id)],
  ["API keys", (request) => idsOf(store.accounts.listApiKeys(request), ({ id }) => id)],
  ["completions", (request) => idsOf(store.completions.list(request), ({ request_id }) => request_id)],
  ["evaluations", (request) => idsOf(store.evaluations.list(request), ({ evaluation_id }) => evaluation_id)],
  ["benchmarks", (request) => idsOf(store.benchmarks.list(request), ({ benchmark_id }) => benchmark_id)],
  ["plugins", (request) => idsOf(store.plugins.list(request), ({ id }) => id)],
];

describe.each(lists)("a list of %s", (_what, list) => {
  test("has the newest first, and the total number", async () => {
    expect(await list({ page: 1, page_size: 10 })).toEqual({
      items: newestFirst.slice(0, 10),
      total: TOTAL,
      page: 1,
      page_size: 10,
      total_pages: 3,
    });
  });

  test("has each row on exactly one page", async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list({ page, page_size: 7 })));
    expect(pages.map(({ items }) => items.length)).toEqual([7, 7, 7, 4]);
    expect(pages.flatMap(({ items }) => items)).toEqual(newestFirst);
  });

  test("is empty after its end", async () => {
    const beyond = await list({ page: 4, page_size: 10 });
    expect(beyond).toEqual({ items: [], total: TOTAL, page: 4, page_size: 10, total_pages: 3 });
  });
});

test("an empty list has no pages", async () => {
  const empty = await openStoreIn(tempDir());
  expect(await empty.completions.list({ page: 1, page_size: 20 })).toEqual({
    items: [],
    total: 0,
    page: 1,
    page_size: 20,
    total_pages: 0,
  });
  await empty.close();
});

describe("a row", () => {
  test.each(["answer", "failure"])("of a completion reads back unchanged: %s", async (kind) => {
    const none = {
      answered_provider: null,
      answered_model: null,
      text: null,
      finish_reason: null,
      usage: null,
      latency_ms: null,
    };
    const failure = { ...none, status: "failed", cost_usd: null, error: "timeout: too late" } as const;
    const row = completionRow(kind === "failure" ? failure : { warnings: ["seed was left out"] });
    const own = await openStoreIn(tempDir());
    await own.completions.add(row);
    expect(await own.completions.find(row.request_id)).toEqual(row);
    await own.close();
  });

  test("of an evaluation reads back unchanged", async () => {
    const own = await openStoreIn(tempDir());
    const rows = [evaluationRow(), evaluationRow({ score: null, expected: "4", context: null, metrics: {} })];
    for (const row of rows) await own.evaluations.add(row, progress("x"));
    for (const row of rows) expect(await own.evaluations.find(row.evaluation_id)).toEqual(row);
    await own.close();
  });

  test("that does not exist is undefined", async () => {
    const id = newId();
    expect(await store.completions.find(id)).toBeUndefined();
    expect(await store.evaluations.find(id)).toBeUndefined();
    expect(await store.benchmarks.find(id)).toBeUndefined();
    expect(await store.plugins.find(id)).toBeUndefined();
    expect(await store.datasets.find(id)).toBeUndefined();
    expect(await store.accounts.findUser(id)).toBeUndefined();
  });
});

test("all plugins can be read without pages", async () => {
  expect((await store.plugins.all()).map(({ id }) => id).sort()).toEqual(ids.toSorted());
});
