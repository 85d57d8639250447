import { and, lt, max } from "drizzle-orm";
import type { Database } from "./open.ts";
import { events } from "./schema.ts";

export function createEventStore({ db, writer }: Database) {
  const newest = db.select({ seq: max(events.seq) }).from(events);
  return {
    /**
     * Forgets events published before that moment (Unix milliseconds), but for the last of all: the numbers of the
     * events to come go on from it.
     */
    prune: (before: number) =>
      writer.write([db.delete(events).where(and(lt(events.timestamp, before), lt(events.seq, newest)))]),
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
