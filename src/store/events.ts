import { and, lt, max } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { events } from "./schema/index.ts";

export function createEventStore(database: Database) {
  const { db } = database;
  const newest = db.select({ seq: max(events.seq) }).from(events);
  return {
    /**
     * Forgets events published before that moment (Unix milliseconds), but for the last of all: the numbers of the
     * events to come go on from it.
     */
    async prune(before: number): Promise<void> {
      const old = and(lt(events.timestamp, before), lt(events.seq, newest));
      if (old) await deleteInChunks(database, events, old);
    },
  };
}
