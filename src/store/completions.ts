import { and, desc, eq, getTableColumns, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import { idsFrom } from "../base/ids.ts";
import {
  type CompletionFilter,
  type CompletionListing,
  LISTED_BYTES_MAX,
  LONG_FIELDS,
  type LongField,
} from "../domain/completions/completion.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";
import { deleteInChunks } from "./delete.ts";
import { countRows } from "./list.ts";
import type { Database } from "./open.ts";
import { completions } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type CompletionRow = typeof completions.$inferSelect;

/** A filter with `since` in Unix milliseconds. */
export interface CompletionQuery extends Omit<CompletionFilter, "since"> {
  since?: number | undefined;
}

const insert = insertInto(completions);
const matching = ({ provider, model, caller, status, since }: CompletionQuery) =>
  and(
    provider === undefined ? undefined : eq(completions.provider, provider),
    model === undefined ? undefined : eq(completions.model, model),
    caller === undefined ? undefined : eq(completions.created_by, caller),
    status === undefined ? undefined : eq(completions.status, status),
    since === undefined ? undefined : gte(completions.request_id, idsFrom(since)),
  );

const isLong = (field: LongField): SQL =>
  sql`octet_length(${completions[field]}) > ${sql.raw(`${LISTED_BYTES_MAX}`)}`;

/** Returns the column, or null in rows in which it is long. */
const short = <Field extends LongField>(field: Field) =>
  sql<
    CompletionRow[Field] | null
  >`CASE WHEN ${isLong(field)} THEN NULL ELSE ${completions[field]} END`.mapWith(completions[field]);

/** The names of a row's long columns. */
const left_out = sql
  .join(
    LONG_FIELDS.map((field) => sql`CASE WHEN ${isLong(field)} THEN ${sql.raw(`'${field} '`)} ELSE '' END`),
    sql` || `,
  )
  .mapWith((names: string) => LONG_FIELDS.filter((field) => names.includes(`${field} `)));

const LISTED = {
  ...getTableColumns(completions),
  messages: short("messages"),
  params: short("params"),
  text: short("text"),
  tool_calls: short("tool_calls"),
  logprobs: short("logprobs"),
  warnings: short("warnings"),
  left_out: left_out as SQL<LongField[]>,
};

export function createCompletionStore(database: Database) {
  const { db, writer } = database;

  /** Returns the id of the newest row to delete so that `rows` rows remain; undefined if there are no more. */
  async function newestBeyond(rows: number): Promise<string | undefined> {
    const newest = db.select({ id: completions.request_id }).from(completions);
    const [found] = await newest.orderBy(desc(completions.request_id)).limit(1).offset(rows);
    return found?.id;
  }

  return {
    add: (row: CompletionRow) => writer.insert(insert(row)),
    find: async (id: string) =>
      (await db.select().from(completions).where(eq(completions.request_id, id)))[0],
    /** Returns one page, newest first. Long columns are null and named in `left_out`. */
    async list(request: PageRequest, query: CompletionQuery = {}): Promise<Page<CompletionListing>> {
      const where = matching(query);
      const items = await db
        .select(LISTED)
        .from(completions)
        .where(where)
        .orderBy(desc(completions.request_id))
        .limit(request.page_size)
        .offset(offsetOf(request));
      return pageOf(items, await countRows(db, completions, where), request);
    },
    /** Deletes the completions made before a time (Unix milliseconds), in chunks. Returns how many. */
    prune: (before: number) =>
      deleteInChunks(database, completions, lt(completions.request_id, idsFrom(before))),
    /** Deletes the oldest completions until `rows` remain, in chunks. Returns how many. */
    async keepNewest(rows: number): Promise<number> {
      const last = await newestBeyond(rows);
      return last ? deleteInChunks(database, completions, lte(completions.request_id, last)) : 0;
    },
  };
}

export type CompletionStore = ReturnType<typeof createCompletionStore>;
