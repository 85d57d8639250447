import { and, desc, eq, getTableColumns, gte, inArray, lte, type SQL, sql } from "drizzle-orm";
import type { EvaluationFilter } from "../domain/evaluation.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";
import type { NewEvent } from "../events.ts";
import { listedColumns } from "./listing/long-fields.ts";
import { bytesOf, readInTurns } from "./listing/sized-rows.ts";
import type { Database } from "./open.ts";
import { evaluations } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type EvaluationRow = typeof evaluations.$inferSelect;

const insert = insertInto(evaluations);
const id = evaluations.evaluation_id;

const { input, output, expected, references, context, reasons, notes } = evaluations;
const { explanations, plugins, metric_requests } = evaluations;
const LONG = {
  input,
  output,
  expected,
  references,
  context,
  reasons,
  notes,
  explanations,
  plugins,
  metric_requests,
};
const LISTED = { ...getTableColumns(evaluations), ...listedColumns(LONG) };

type LongColumn = keyof typeof LONG;
/** A row in a list: its long columns are null, and `left_out` names them. */
export type ListedEvaluationRow = Omit<EvaluationRow, LongColumn> & {
  [Column in LongColumn]: EvaluationRow[Column] | null;
} & { left_out: LongColumn[] };

/** Returns the condition for a filter's value; undefined if the filter is not set. */
const where = <Value>(value: Value | undefined, condition: (value: Value) => SQL): SQL | undefined =>
  value === undefined ? undefined : condition(value);

const matching = ({ provider, model, caller, from_id, min_score, max_score }: EvaluationFilter) =>
  and(
    where(provider, (name) => eq(evaluations.provider, name)),
    where(model, (name) => eq(evaluations.model, name)),
    where(caller, (name) => eq(evaluations.created_by, name)),
    where(from_id, (first) => gte(id, first)),
    where(min_score, (score) => gte(evaluations.score, score)),
    where(max_score, (score) => lte(evaluations.score, score)),
  );

export function createEvaluationStore({ db, writer }: Database) {
  return {
    add: (row: EvaluationRow, event: NewEvent) => writer.write([insert(row)], [event]),
    find: async (evaluation_id: string) =>
      (await db.select().from(evaluations).where(eq(id, evaluation_id)))[0],
    /**
     * Returns one page, newest first, without long columns. The query finds its ids in the indexes, because rows hold
     * long texts.
     */
    async list(request: PageRequest, filter: EvaluationFilter = {}): Promise<Page<ListedEvaluationRow>> {
      const matches = matching(filter);
      const [counted] = await db.select({ total: sql<number>`count(*)` }).from(evaluations).where(matches);
      const onPage = db
        .select({ id })
        .from(evaluations)
        .where(matches)
        .orderBy(desc(id))
        .limit(request.page_size)
        .offset(offsetOf(request));
      const sized = await db
        .select({ id, bytes: bytesOf(Object.values(LONG)) })
        .from(evaluations)
        .where(inArray(id, onPage))
        .orderBy(desc(id));
      const rows = await readInTurns(sized, (ids) =>
        db.select(LISTED).from(evaluations).where(inArray(id, ids)).orderBy(desc(id)),
      );
      return pageOf(rows, counted?.total ?? 0, request);
    },
  };
}

export type EvaluationStore = ReturnType<typeof createEvaluationStore>;
