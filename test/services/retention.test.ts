import { expect, test } from "bun:test";
import { newId } from "../../src/domain/fields.ts";
import { forgetOld } from "../../src/services/retention.ts";
import { completionRow } from "../support/rows.ts";
import { openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const tempDir = tempDirs();
const PAGE = { page: 1, page_size: 100 };

test("what is older than the days given is forgotten, in as many steps as it takes", async () => {
  const store = await openStoreIn(tempDir());
  const kept = completionRow({ created_at: daysAgo(29) });
  await store.completions.add(kept);
  const old = Array.from({ length: 2_500 }, () =>
    completionRow({ request_id: newId(), created_at: daysAgo(31) }),
  );
  await Promise.all(old.map(store.completions.add));
  const completion = { text: "x", model: "m", finish_reason: "stop", usage: null, warnings: [] } as const;
  const answer = { completion: { ...completion, warnings: [] } };
  await store.responses.put({ key: "old", ...answer, created_at: daysAgo(31) });
  await store.responses.put({ key: "new", ...answer, created_at: daysAgo(29) });

  await forgetOld(store, 30);

  const { items, total } = await store.completions.list(PAGE);
  expect([total, items[0]?.request_id]).toEqual([1, kept.request_id]);
  expect(await store.responses.find("old")).toBeUndefined();
  expect(await store.responses.find("new")).toMatchObject(answer);
});
