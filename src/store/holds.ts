import { eq, sum } from "drizzle-orm";
import type { Database } from "./open.ts";
import { holds } from "./schema/index.ts";
import { insertInto, type Statement } from "./statement.ts";

export type HoldRow = typeof holds.$inferSelect;

export const insertHold = insertInto(holds);

/** Returns statements that delete holds. They belong in the commit of the trial's row that records the actual cost. */
export const dropHolds = (ids: readonly string[]): Statement[] =>
  ids.map((id) => ({ sql: "DELETE FROM holds WHERE hold_id = ?", args: [id] }));

export function createHoldStore({ db, writer }: Database) {
  return {
    /** Resolves after the commit. Only then may the call be made. */
    add: (row: HoldRow) => writer.write([insertHold(row)]),
    /** Sets the final cost of holds whose trial has no row. A hold of 0 is deleted. */
    async settle(rows: readonly Pick<HoldRow, "hold_id" | "usd">[]): Promise<void> {
      const free = rows.filter(({ usd }) => usd === 0).map(({ hold_id }) => hold_id);
      const paid = rows.filter(({ usd }) => usd !== 0);
      const updates = paid.map(({ hold_id, usd }) => ({
        sql: "UPDATE holds SET usd = ? WHERE hold_id = ?",
        args: [usd, hold_id],
      }));
      if (rows.length > 0) await writer.write([...updates, ...dropHolds(free)]);
    },
    /** Returns the US dollars held for running calls, or lost to calls whose trial has no row. */
    async sum(benchmark_id: string): Promise<number> {
      const [row] = await db
        .select({ usd: sum(holds.usd).mapWith(Number) })
        .from(holds)
        .where(eq(holds.benchmark_id, benchmark_id));
      return row?.usd ?? 0;
    },
    remove: (benchmark_id: string) =>
      writer.write([db.delete(holds).where(eq(holds.benchmark_id, benchmark_id))]),
    /** Deletes the holds of benchmarks that no longer exist. */
    dropOrphans: () =>
      writer.write([
        {
          sql: "DELETE FROM holds WHERE benchmark_id NOT IN (SELECT benchmark_id FROM benchmarks)",
          args: [],
        },
      ]),
  };
}

export type HoldStore = ReturnType<typeof createHoldStore>;
