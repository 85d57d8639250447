import { lt } from "drizzle-orm";
import type { Database } from "./open.ts";
import { events } from "./schema.ts";

export function createEventStore({ db, writer }: Database) {
  return {
    /** Forgets events published before that moment (Unix milliseconds). */
    prune: (before: number) => writer.write([db.delete(events).where(lt(events.timestamp, before))]),
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
