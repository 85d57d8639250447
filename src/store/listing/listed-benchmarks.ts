import { desc, getTableColumns, inArray, sql } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import type { Page, PageRequest } from "../../domain/page.ts";
import { benchmarks } from "../schema/index.ts";
import { listPage } from "./list.ts";
import { listedColumns } from "./long-fields.ts";
import { bytesOf, readInTurns } from "./sized-rows.ts";

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

/** Returns one page, newest first, without long results. */
export async function listBenchmarks(
  db: LibSQLDatabase,
  request: PageRequest,
): Promise<Page<ListedBenchmarkRow>> {
  const columns = { id: benchmark_id, bytes: bytesOf([spec, results, error]) };
  const listed = { table: benchmarks, id: benchmark_id, columns };
  const page = await listPage<{ id: string; bytes: number }>(db, listed, request);
  const items = await readInTurns(page.items, async (ids): Promise<ListedBenchmarkRow[]> => {
    const some = inArray(benchmark_id, ids);
    const rows: unknown[] = await db.select(LISTED).from(benchmarks).where(some).orderBy(desc(benchmark_id));
    return rows as ListedBenchmarkRow[];
  });
  return { ...page, items };
}
