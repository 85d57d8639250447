import { desc, getTableColumns, inArray, sql } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import { yieldToEventLoop } from "../../base/event-loop.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { benchmarks } from "../schema/index.ts";
import { listPage } from "./list.ts";
import { listedColumns } from "./long-fields.ts";

type BenchmarkRow = typeof benchmarks.$inferSelect;

/** A row in a list: long results and errors are null, and `left_out` names them. Of the spec, it has two fields. */
export interface ListedBenchmarkRow extends Omit<BenchmarkRow, "spec"> {
  budget_usd: number | null;
  rescores: string | null;
  left_out: ("results" | "error")[];
}

const { benchmark_id } = benchmarks;
const { spec, results, error, ...short } = getTableColumns(benchmarks);
const LISTED = {
  ...short,
  ...listedColumns({ results, error }),
  budget_usd: sql<number | null>`json_extract(${spec}, '$.budget_usd')`,
  rescores: sql<string | null>`json_extract(${spec}, '$.rescores')`,
};
/** How many specs are read at a time: each may have a megabyte. */
const SPECS_AT_ONCE = 10;

/** Returns one page, newest first, without long results. */
export async function listBenchmarks(
  db: LibSQLDatabase,
  request: PageRequest,
): Promise<Page<ListedBenchmarkRow>> {
  const listed = { table: benchmarks, id: benchmark_id, columns: { benchmark_id } };
  const page = await listPage<Pick<BenchmarkRow, "benchmark_id">>(db, listed, request);
  const ids = page.items.map((row) => row.benchmark_id);
  const items: ListedBenchmarkRow[] = [];
  for (let start = 0; start < ids.length; start += SPECS_AT_ONCE) {
    const some = inArray(benchmark_id, ids.slice(start, start + SPECS_AT_ONCE));
    const rows: unknown[] = await db.select(LISTED).from(benchmarks).where(some).orderBy(desc(benchmark_id));
    items.push(...(rows as ListedBenchmarkRow[]));
    await yieldToEventLoop();
  }
  return { ...page, items };
}
