import { eq } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { completions } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type CompletionRow = typeof completions.$inferSelect;

const insert = insertInto(completions);

export function createCompletionStore({ db, writer }: Database) {
  return {
    add: (row: CompletionRow) => writer.write([insert(row)]),
    find: async (id: string) =>
      (await db.select().from(completions).where(eq(completions.request_id, id)))[0],
    list: (page: PageRequest) => listPage(db, completions, completions.request_id, page),
  };
}

export type CompletionStore = ReturnType<typeof createCompletionStore>;
