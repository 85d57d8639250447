import { and, desc, eq, getTableColumns, gte, inArray, lt, lte } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { idsFrom } from "../base/ids.ts";
import type {
  CompletionFilter,
  CompletionListing,
  LongField,
} from "../domain/completions/completion-list.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";
import { deleteInChunks } from "./delete.ts";
import { countRows } from "./listing/list.ts";
import { listedColumns } from "./listing/long-fields.ts";
import { bytesOf, readInTurns } from "./listing/sized-rows.ts";
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

const { messages, params, text, tool_calls, logprobs, warnings } = completions;
const { reasoning_content, reasoning_details, refusal, alternatives } = completions;
const LONG = {
  messages,
  params,
  text,
  tool_calls,
  reasoning_content,
  reasoning_details,
  refusal,
  alternatives,
  logprobs,
  warnings,
} satisfies Record<LongField, SQLiteColumn>;
const LISTED = { ...getTableColumns(completions), ...listedColumns(LONG) };

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
      const { request_id: id } = completions;
      const sized = await db
        .select({ id, bytes: bytesOf(Object.values(LONG)) })
        .from(completions)
        .where(where)
        .orderBy(desc(id))
        .limit(request.page_size)
        .offset(offsetOf(request));
      const items = await readInTurns(sized, (ids) =>
        db.select(LISTED).from(completions).where(inArray(id, ids)).orderBy(desc(id)),
      );
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
