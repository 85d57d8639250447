import { and, eq, gte, lt } from "drizzle-orm";
import type { CompletionFilter } from "../domain/completion.ts";
import type { PageRequest } from "../domain/page.ts";
import { deleteInChunks } from "./delete.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { completions } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type CompletionRow = typeof completions.$inferSelect;

const insert = insertInto(completions);
const matching = ({ provider, model, caller, status, since }: CompletionFilter) =>
  and(
    provider === undefined ? undefined : eq(completions.provider, provider),
    model === undefined ? undefined : eq(completions.model, model),
    caller === undefined ? undefined : eq(completions.created_by, caller),
    status === undefined ? undefined : eq(completions.status, status),
    since === undefined ? undefined : gte(completions.created_at, since),
  );

export function createCompletionStore(database: Database) {
  const { db, writer } = database;
  return {
    add: (row: CompletionRow) => writer.write([insert(row)]),
    find: async (id: string) =>
      (await db.select().from(completions).where(eq(completions.request_id, id)))[0],
    list: (page: PageRequest, filter: CompletionFilter = {}) =>
      listPage(db, completions, completions.request_id, page, matching(filter)),
    /** Forgets those made before that time (ISO 8601), some at a time. */
    prune: (before: string) => deleteInChunks(database, completions, lt(completions.created_at, before)),
  };
}

export type CompletionStore = ReturnType<typeof createCompletionStore>;
