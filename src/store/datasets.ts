import { and, asc, eq, inArray, notInArray } from "drizzle-orm";
import type { Sample } from "../domain/dataset.ts";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";
import type { Database } from "./open.ts";
import { benchmarks, datasetSamples, datasets } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type DatasetRow = typeof datasets.$inferSelect;

const insertDataset = insertInto(datasets);
const insertSample = insertInto(datasetSamples);

export function createDatasetStore({ db, writer }: Database) {
  const samplesOf = (dataset_id: string) => eq(datasetSamples.dataset_id, dataset_id);
  const findName = async (name: string): Promise<DatasetRow | undefined> =>
    (await db.select().from(datasets).where(eq(datasets.name, name)))[0];
  return {
    find: async (id: string) => (await db.select().from(datasets).where(eq(datasets.dataset_id, id)))[0],
    findName,
    all: () => db.select().from(datasets).orderBy(asc(datasets.name)),

    /** Writes some of a dataset's samples; they count for nothing until `add` writes the dataset itself. */
    addSamples: (dataset_id: string, from: number, samples: readonly Sample[]) =>
      writer.write(
        samples.map((sample, index) =>
          insertSample({ dataset_id, position: from + index, group: sample.group ?? null, sample }),
        ),
      ),
    /** Writes the dataset, unless its name is taken: then it answers who has it. */
    async addUnlessNamed(row: DatasetRow): Promise<DatasetRow | null> {
      const { sql, args } = insertDataset(row);
      const [result] = await writer.write([
        { sql: `${sql} ON CONFLICT (name) DO NOTHING`, ...(args ? { args } : {}) },
      ]);
      return result?.rowsAffected === 1 ? null : ((await findName(row.name)) ?? null);
    },
    dropSamples: (dataset_id: string) =>
      writer.write([db.delete(datasetSamples).where(samplesOf(dataset_id))]),
    remove: (dataset_id: string) =>
      writer.write([db.delete(datasets).where(eq(datasets.dataset_id, dataset_id))]),
    /** Drops what an import left that was killed before its end. */
    dropOrphans: () =>
      writer.write([
        db
          .delete(datasetSamples)
          .where(
            notInArray(datasetSamples.dataset_id, db.select({ id: datasets.dataset_id }).from(datasets)),
          ),
      ]),

    async samplesPage(dataset: DatasetRow, request: PageRequest): Promise<Page<Sample>> {
      const rows = await db
        .select({ sample: datasetSamples.sample })
        .from(datasetSamples)
        .where(samplesOf(dataset.dataset_id))
        .orderBy(asc(datasetSamples.position))
        .limit(request.page_size)
        .offset(offsetOf(request));
      return pageOf(
        rows.map((row) => row.sample),
        dataset.samples,
        request,
      );
    },
    /** The positions of one group's samples, in order. */
    async positionsOfGroup(dataset_id: string, group: string): Promise<number[]> {
      const rows = await db
        .select({ position: datasetSamples.position })
        .from(datasetSamples)
        .where(and(samplesOf(dataset_id), eq(datasetSamples.group, group)))
        .orderBy(asc(datasetSamples.position));
      return rows.map((row) => row.position);
    },
    async groups(dataset_id: string): Promise<string[]> {
      const rows = await db
        .selectDistinct({ group: datasetSamples.group })
        .from(datasetSamples)
        .where(samplesOf(dataset_id));
      return rows.flatMap(({ group }) => (group === null ? [] : [group])).sort();
    },
    /** Samples by position, a few hundred at most. */
    async samplesAt(dataset_id: string, positions: number[]): Promise<Map<number, Sample>> {
      const rows = await db
        .select({ position: datasetSamples.position, sample: datasetSamples.sample })
        .from(datasetSamples)
        .where(and(samplesOf(dataset_id), inArray(datasetSamples.position, positions)));
      return new Map(rows.map((row) => [row.position, row.sample]));
    },
    /** Whether a benchmark was made over this dataset. */
    async isUsed(dataset_id: string): Promise<boolean> {
      const rows = await db
        .select({ id: benchmarks.benchmark_id })
        .from(benchmarks)
        .where(eq(benchmarks.dataset_id, dataset_id))
        .limit(1);
      return rows.length > 0;
    },
  };
}

export type DatasetStore = ReturnType<typeof createDatasetStore>;
