import { and, lt, max } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { events } from "./schema/index.ts";

export function createEventStore(database: Database) {
  const { db } = database;
  const newest = db.select({ seq: max(events.seq) }).from(events);
  return {
    /**
     * Deletes events published before a time (Unix milliseconds). The newest event always stays, because later events
     * continue its numbers. Returns how many were deleted.
     */
    async prune(before: number): Promise<number> {
      const old = and(lt(events.timestamp, before), lt(events.seq, newest));
      return old ? deleteInChunks(database, events, old) : 0;
    },
  };
}
