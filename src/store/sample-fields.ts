import { yieldToEventLoop } from "../base/event-loop.ts";
import type { Database } from "./open.ts";

/** Rows looked through at once: enough to be quick, few enough to let others in between. */
const CHUNK = 2_000;
/** Samples that are asked which keys there are. */
const ASKED = 200;

/** Where in a sample a field stands. */
interface SampleField {
  metadata: boolean;
  key: string;
}

const LACKING = `SELECT count(*) FROM dataset_samples WHERE dataset_id = ? AND position >= ? AND position < ?
  AND (? IS NULL OR "group" = ?)
  AND NOT EXISTS (SELECT 1 FROM json_each(sample, ?) WHERE key = ? AND type <> 'null')`;
const KEYS = `SELECT DISTINCT key FROM dataset_samples, json_each(sample, '$.metadata')
  WHERE dataset_id = ? AND position < ? ORDER BY key`;

/** Which fields a dataset's samples have. */
export function createSampleFieldStore({ client }: Pick<Database, "client">) {
  return {
    /** How many of a dataset's samples, or of one group's, have no such field; `samples` is how many there are in all. */
    async lacking(
      dataset_id: string,
      samples: number,
      group: string | null,
      { metadata, key }: SampleField,
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
    /** The keys of metadata that the first few hundred samples have. */
    async metadataKeys(dataset_id: string): Promise<string[]> {
      const { rows } = await client.execute({ sql: KEYS, args: [dataset_id, ASKED] });
      return rows.map((row) => String(row[0]));
    },
  };
}

export type SampleFieldStore = ReturnType<typeof createSampleFieldStore>;
