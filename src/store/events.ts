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
     * continue its numbers.
     */
    async prune(before: number): Promise<void> {
      const old = and(lt(events.timestamp, before), lt(events.seq, newest));
      if (old) await deleteInChunks(database, events, old);
    },
  };
}
