import { yieldToEventLoop } from "../../base/event-loop.ts";
import type { Database } from "../open.ts";

/** Rows per query: enough to be fast, and few enough to answer other requests in between. */
const CHUNK = 2_000;
/** The number of first samples whose metadata keys are listed. */
const SAMPLES_FOR_KEYS = 200;

/** A field of a sample, or of its metadata. */
interface SampleField {
  metadata: boolean;
  key: string;
}

const LACKING = `SELECT count(*) FROM dataset_samples WHERE dataset_id = ? AND position >= ? AND position < ?
  AND (? IS NULL OR "group" = ?)
  AND NOT EXISTS (SELECT 1 FROM json_each(sample, ?) WHERE key = ? AND type <> 'null')`;
const KEYS = `SELECT DISTINCT key FROM dataset_samples, json_each(sample, '$.metadata')
  WHERE dataset_id = ? AND position < ? ORDER BY key`;

/** Creates the queries about the fields of a dataset's samples. */
export function createSampleFieldStore({ client }: Pick<Database, "client">) {
  return {
    /** Returns how many samples of a dataset, or of one of its groups, lack a field. `samples` is the dataset's size. */
    async lacking(
      dataset_id: string,
      { metadata, key }: SampleField,
      { samples, group }: { samples: number; group: string | null },
    ): Promise<number> {
      let count = 0;
      for (let from = 0; from < samples; from += CHUNK) {
        const root = metadata ? "$.metadata" : "$";
        const args = [dataset_id, from, from + CHUNK, group, group, root, key];
        const { rows } = await client.execute({ sql: LACKING, args });
        count += Number(rows[0]?.[0] ?? 0);
        await yieldToEventLoop();
      }
      return count;
    },
    /** Returns the metadata keys of the first 200 samples. */
    async metadataKeys(dataset_id: string): Promise<string[]> {
      const { rows } = await client.execute({ sql: KEYS, args: [dataset_id, SAMPLES_FOR_KEYS] });
      return rows.map((row) => String(row[0]));
    },
  };
}

export type SampleFieldStore = ReturnType<typeof createSampleFieldStore>;
