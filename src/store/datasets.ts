import { and, asc, eq, notExists, notInArray } from "drizzle-orm";
import { yieldToEventLoop } from "../base/event-loop.ts";
import type { Sample } from "../domain/dataset.ts";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { createListedSampleStore } from "./samples/listed-samples.ts";
import { benchmarks, datasetSamples, datasetShots, datasets } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type DatasetRow = typeof datasets.$inferSelect;

const insertDataset = insertInto(datasets);
const insertSample = insertInto(datasetSamples);
const insertShot = insertInto(datasetShots);
/** Written as SQL: for many positions, Drizzle's builder would take longer than the query of a running benchmark. */
const SAMPLES_AT =
  "SELECT position, sample FROM dataset_samples WHERE dataset_id = ? AND position IN (SELECT value FROM json_each(?))";
const LAST_POSITION = "SELECT max(position) FROM dataset_samples WHERE dataset_id = ?";
const GROUP_POSITIONS = `SELECT json_group_array(position) FROM (SELECT position FROM dataset_samples
  WHERE dataset_id = ? AND position >= ? AND position < ? AND "group" = ? ORDER BY position)`;
const POSITIONS_AT_ONCE = 10_000;
/** Steps from one group to the next by the index, so that the samples of each group are skipped at once. */
const GROUPS = `WITH RECURSIVE groups(name) AS (
  SELECT min("group") FROM dataset_samples WHERE dataset_id = ?
  UNION ALL SELECT (SELECT min("group") FROM dataset_samples WHERE dataset_id = ? AND "group" > name)
    FROM groups WHERE name IS NOT NULL)
  SELECT name FROM groups WHERE name IS NOT NULL`;
const SHOTS_AT_ONCE = 20;
/** Of a long text, only the first page is read. */
const SIZE_OF = `SELECT sum(octet_length(sample)) FROM dataset_samples
  WHERE dataset_id = ? AND position >= ? AND position < ?`;
const SIZES_AT_ONCE = 5_000;

export function createDatasetStore(database: Database) {
  const { db, client, writer } = database;
  const samplesOf = (dataset_id: string) => eq(datasetSamples.dataset_id, dataset_id);
  async function dropSamples(dataset_id: string): Promise<void> {
    await deleteInChunks(database, datasetSamples, samplesOf(dataset_id));
    await deleteInChunks(database, datasetShots, eq(datasetShots.dataset_id, dataset_id));
  }
  const benchmarksOver = (dataset_id: string) =>
    db.select({ id: benchmarks.benchmark_id }).from(benchmarks).where(eq(benchmarks.dataset_id, dataset_id));
  return {
    find: async (id: string) => (await db.select().from(datasets).where(eq(datasets.dataset_id, id)))[0],
    findName: async (name: string) => (await db.select().from(datasets).where(eq(datasets.name, name)))[0],
    all: () => db.select().from(datasets).orderBy(asc(datasets.name)),

    /** Writes samples of a dataset. They become visible when `addUnlessNamed` writes the dataset itself. */
    addSamples: (dataset_id: string, from: number, samples: readonly Sample[]) =>
      writer.write(
        samples.map((sample, index) =>
          insertSample({ dataset_id, position: from + index, group: sample.group ?? null, sample }),
        ),
      ),
    /** Like `addSamples`, for solved examples. */
    addShots: (dataset_id: string, from: number, shots: readonly Sample[]) =>
      writer.write(shots.map((sample, index) => insertShot({ dataset_id, position: from + index, sample }))),
    /** Writes the dataset. Returns false if its name is taken. */
    async addUnlessNamed(row: DatasetRow): Promise<boolean> {
      const { sql, args } = insertDataset(row);
      const [result] = await writer.write([
        { sql: `${sql} ON CONFLICT (name) DO NOTHING`, ...(args ? { args } : {}) },
      ]);
      return result?.rowsAffected === 1;
    },
    /** Removes the dataset, but not its samples. Returns false if a benchmark uses it. */
    async removeUnlessUsed(dataset_id: string): Promise<boolean> {
      const [result] = await writer.write([
        db
          .delete(datasets)
          .where(and(eq(datasets.dataset_id, dataset_id), notExists(benchmarksOver(dataset_id)))),
      ]);
      return result?.rowsAffected === 1;
    },
    dropSamples,
    /** Deletes samples of imports that were aborted before they wrote their dataset. */
    async dropOrphans(): Promise<void> {
      const complete = db.select({ id: datasets.dataset_id }).from(datasets);
      for (const table of [datasetSamples, datasetShots]) {
        const orphans = await db
          .selectDistinct({ id: table.dataset_id })
          .from(table)
          .where(notInArray(table.dataset_id, complete));
        for (const { id } of orphans) await dropSamples(id);
      }
    },
    /** Returns a dataset's solved examples, in order. A few are read at a time: each may have megabytes. */
    async shots(dataset_id: string): Promise<Sample[]> {
      const shots: Sample[] = [];
      for (let from = 0; from === shots.length; from += SHOTS_AT_ONCE) {
        const rows = await db
          .select({ sample: datasetShots.sample })
          .from(datasetShots)
          .where(eq(datasetShots.dataset_id, dataset_id))
          .orderBy(asc(datasetShots.position))
          .limit(SHOTS_AT_ONCE)
          .offset(from);
        shots.push(...rows.map((row) => row.sample));
        await yieldToEventLoop();
      }
      return shots;
    },
    listedSamples: createListedSampleStore(database),
    /** Returns the datasets that a caller has uploaded. */
    uploadsOf: (created_by: string) =>
      db
        .select({ dataset_id: datasets.dataset_id, samples: datasets.samples })
        .from(datasets)
        .where(and(eq(datasets.created_by, created_by), eq(datasets.source, "upload"))),
    /** Returns the bytes of a dataset's samples. */
    async bytesOf({ dataset_id, samples }: Pick<DatasetRow, "dataset_id" | "samples">): Promise<number> {
      let bytes = 0;
      for (let from = 0; from < samples; from += SIZES_AT_ONCE) {
        const args = [dataset_id, from, from + SIZES_AT_ONCE];
        const { rows } = await client.execute({ sql: SIZE_OF, args });
        bytes += Number(rows[0]?.[0] ?? 0);
        await yieldToEventLoop();
      }
      return bytes;
    },
    /** Returns the positions of one group's samples, in order. Reads all samples' groups, some at a time. */
    async positionsOfGroup(dataset_id: string, group: string): Promise<number[]> {
      const positions: number[] = [];
      const { rows: last } = await client.execute({ sql: LAST_POSITION, args: [dataset_id] });
      for (let from = 0; from <= Number(last[0]?.[0] ?? -1); from += POSITIONS_AT_ONCE) {
        const args = [dataset_id, from, from + POSITIONS_AT_ONCE, group];
        const { rows } = await client.execute({ sql: GROUP_POSITIONS, args });
        for (const position of JSON.parse(String(rows[0]?.[0])) as number[]) positions.push(position);
        await yieldToEventLoop();
      }
      return positions;
    },
    async groups(dataset_id: string): Promise<string[]> {
      const { rows } = await client.execute({ sql: GROUPS, args: [dataset_id, dataset_id] });
      return rows.map((row) => String(row[0])).sort();
    },
    /** Returns samples by position. Ask for a few hundred at most. */
    async samplesAt(dataset_id: string, positions: number[]): Promise<Map<number, Sample>> {
      const { rows } = await client.execute({
        sql: SAMPLES_AT,
        args: [dataset_id, JSON.stringify(positions)],
      });
      return new Map(rows.map((row) => [Number(row[0]), JSON.parse(String(row[1])) as Sample]));
    },
  };
}

export type DatasetStore = ReturnType<typeof createDatasetStore>;
