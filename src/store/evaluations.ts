import { eq } from "drizzle-orm";
import type { PageRequest } from "../domain/page.ts";
import type { NewEvent } from "../events.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { evaluations } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type EvaluationRow = typeof evaluations.$inferSelect;

const insert = insertInto(evaluations);

export function createEvaluationStore({ db, writer }: Database) {
  return {
    add: (row: EvaluationRow, event: NewEvent) => writer.write([insert(row)], [event]),
    find: async (id: string) =>
      (await db.select().from(evaluations).where(eq(evaluations.evaluation_id, id)))[0],
    list: (page: PageRequest) => listPage(db, evaluations, evaluations.evaluation_id, page),
  };
}

export type EvaluationStore = ReturnType<typeof createEvaluationStore>;
