import { eq, getTableColumns, type SQL } from "drizzle-orm";
import { yieldToEventLoop } from "../../base/event-loop.ts";
import type { Database } from "../open.ts";
import { trials } from "../schema/index.ts";
import { type FullTrialKey, hasOneOf, IN_KEY_ORDER } from "../trials.ts";
import { listedColumns } from "./long-fields.ts";

const { output, answer, notes, error } = trials;
const LISTED = { ...getTableColumns(trials), ...listedColumns({ output, answer, notes, error }) };

/** Rows looked through at once for a sample's id: few enough to let others in between. */
const CHUNK = 5_000;
const BY_ID = `SELECT position FROM trials
  WHERE benchmark_id = ? AND run = ? AND repeat = ? AND position >= ? AND position < ? AND sample_id = ?`;

/** A trial, by the id of its sample. */
interface NamedTrial {
  benchmark_id: string;
  run: number;
  repeat: number;
  sample_id: string;
}

/** Reads trials for lists: texts that are too long are null, and `left_out` names them. */
export function createListedTrialStore({ db, client }: Pick<Database, "db" | "client">) {
  const listed = (where: SQL | undefined) =>
    db
      .select(LISTED)
      .from(trials)
      .where(where)
      .orderBy(...IN_KEY_ORDER);

  async function positionWithin(
    { benchmark_id, run, repeat, sample_id }: NamedTrial,
    [from, to]: readonly [number, number],
  ): Promise<number | undefined> {
    const args = [benchmark_id, run, repeat, from, to, sample_id];
    const { rows } = await client.execute({ sql: BY_ID, args });
    return rows[0] ? Number(rows[0][0]) : undefined;
  }

  return {
    /** Returns some of a benchmark's rows, in the order of their key. Walks over all that stand before them. */
    slice: (benchmark_id: string, offset: number, limit: number) =>
      listed(eq(trials.benchmark_id, benchmark_id)).limit(limit).offset(offset),
    /** Returns the rows with those keys, a hundred at most, in the order of their key. */
    at: (benchmark_id: string, keys: readonly FullTrialKey[]) => listed(hasOneOf(benchmark_id, keys)),
    /**
     * Returns the position of the sample with that id among the trials of a run and repeat; undefined if there is no
     * such trial. `samples` is the size of the dataset. An id that is a row number is found at once.
     */
    async positionOf(trial: NamedTrial, samples: number): Promise<number | undefined> {
      const row = Number(trial.sample_id);
      const guessed = Number.isSafeInteger(row) ? await positionWithin(trial, [row, row + 1]) : undefined;
      if (guessed !== undefined) return guessed;
      for (let from = 0; from < samples; from += CHUNK) {
        const found = await positionWithin(trial, [from, from + CHUNK]);
        if (found !== undefined) return found;
        await yieldToEventLoop();
      }
      return undefined;
    },
  };
}

export type ListedTrialStore = ReturnType<typeof createListedTrialStore>;
export type ListedTrialRow = Awaited<ReturnType<ListedTrialStore["at"]>>[number];
