import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createCompletionStore } from "../../../src/store/completions.ts";
import { createEvaluationStore } from "../../../src/store/evaluations.ts";
import type { Database } from "../../../src/store/open.ts";
import { completionRow, evaluationRow } from "../../support/rows.ts";
import { openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { recordTurns } from "../../support/timing/turns.ts";

const tempDir = tempDirs();
const PAGE = { page: 1, page_size: 100 };
const LONG = "x".repeat(1_000_000);

let database: Database;
beforeAll(async () => {
  database = await openDatabaseIn(tempDir());
  const { add } = createEvaluationStore(database);
  const completions = createCompletionStore(database);
  for (let count = 0; count < 24; count++) {
    const row = evaluationRow({
      model: count % 2 === 0 ? "long" : "short",
      output: count % 2 === 0 ? LONG : "4",
    });
    await add(row, { topic: "evaluation.results", data: { ...row, notes: {}, explanations: {} } });
    await completions.add(completionRow({ text: LONG }));
  }
});
afterAll(() => database.close());

describe("a list of long rows", () => {
  test.each([
    ["evaluations", () => createEvaluationStore(database).list(PAGE)],
    ["completions", () => createCompletionStore(database).list(PAGE)],
  ])("of %s is read some megabytes at a time, in its order", async (_what, list) => {
    const turns = recordTurns(database.client);
    const { items } = await list();
    turns.stop();
    expect(items).toHaveLength(24);
    const created = items.map((item) => ("request_id" in item ? item.request_id : item.evaluation_id));
    expect(created).toEqual(created.toSorted().toReversed());
    // Four megabytes are at most four long rows; the first turn also finds the ids and their sizes.
    expect(turns.turns()).toBeGreaterThanOrEqual(3);
    expect(turns.most("rows")).toBeLessThanOrEqual(24 + 1 + 8);
  });
});
