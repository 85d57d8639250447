import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { FilteredTrial, TrialStore } from "../../../store/trials.ts";

/** Verdicts: the metric has its best value, another value, or none. */
export const CORRECT = 1;
export const WRONG = 0;
export const UNSCORED = -1;

/**
 * The fields that trials are filtered by, one array per field. The trials are in the order of the list: run, repeat,
 * position. A trial takes about 15 bytes, so that a scan of a million trials takes milliseconds.
 */
export interface TrialColumns {
  readonly count: number;
  readonly run: Uint8Array;
  readonly repeat: Uint32Array;
  readonly position: Uint32Array;
  /** Index into OUTCOMES. */
  readonly outcome: Uint8Array;
  /** Index into `groups`. */
  readonly group: Uint32Array;
  readonly groups: readonly (string | null)[];
  /** CORRECT, WRONG or UNSCORED. */
  readonly verdict: Int8Array;
}

/** Decides which trials are correct: those whose score in the metric `key` is `best`. */
export interface Yardstick {
  key: string;
  best: number;
}

const GROWTH = 2;
const FIRST_ROOM = 4_096;

/** Creates columns that grow as rows are added. */
function createColumns({ key, best }: Yardstick) {
  const groupIds = new Map<string | null, number>();
  let columns = roomFor(FIRST_ROOM);
  let count = 0;

  function groupId(group: string | null): number {
    const id = groupIds.get(group) ?? groupIds.size;
    groupIds.set(group, id);
    return id;
  }

  function verdictOf({ scores }: FilteredTrial): number {
    const value = scores[key];
    if (typeof value !== "number") return UNSCORED;
    return value === best ? CORRECT : WRONG;
  }

  return {
    add(run: number, row: FilteredTrial): void {
      if (count === columns.run.length) columns = enlarged(columns);
      columns.run[count] = run;
      columns.repeat[count] = row.repeat;
      columns.position[count] = row.position;
      columns.outcome[count] = OUTCOMES.indexOf(row.outcome);
      columns.group[count] = groupId(row.group);
      columns.verdict[count] = verdictOf(row);
      count++;
    },
    finish: (): TrialColumns => ({ ...columns, count, groups: [...groupIds.keys()] }),
  };
}

type Arrays = Omit<TrialColumns, "count" | "groups">;

const roomFor = (length: number): Arrays => ({
  run: new Uint8Array(length),
  repeat: new Uint32Array(length),
  position: new Uint32Array(length),
  outcome: new Uint8Array(length),
  group: new Uint32Array(length),
  verdict: new Int8Array(length),
});

function enlarged(before: Arrays): Arrays {
  const after = roomFor(before.run.length * GROWTH);
  for (const [name, column] of Object.entries(before)) after[name as keyof Arrays].set(column);
  return after;
}

/** Reads all rows of a benchmark. Between chunks, the store yields to the event loop. */
export async function readColumns(
  trials: Pick<TrialStore, "filterChunks">,
  { benchmark_id, runs }: { benchmark_id: string; runs: number },
  yardstick: Yardstick,
): Promise<TrialColumns> {
  const columns = createColumns(yardstick);
  for (let run = 0; run < runs; run++)
    for await (const rows of trials.filterChunks(benchmark_id, run))
      for (const row of rows) columns.add(run, row);
  return columns.finish();
}
