import { yieldToEventLoop } from "../../base/event-loop.ts";
import { createReadSize } from "../../base/read-size.ts";
import type { Database } from "../open.ts";

/** Samples read at once, and the characters of text after which fewer are read. */
const AT_ONCE = { first: 50, most: 1_000, characters: 1_000_000 };

/** What makes two samples the same question: neither the id nor the group nor metadata. */
const CONTENTS = `SELECT position,
  json_array(sample -> '$.input', sample -> '$.choices', sample -> '$.expected', sample -> '$.context')
  FROM dataset_samples WHERE dataset_id = ? AND position IN (SELECT value FROM json_each(?)) ORDER BY position`;

export interface SampleContent {
  position: number;
  /** Input, choices, references and context as JSON: equal if and only if these are. */
  content: string;
}

/** Reads the contents of samples, by which samples of two datasets are found to be the same. */
export function createSampleContentStore({ client }: Pick<Database, "client">) {
  return {
    /** Yields the contents at the given positions, which must ascend, some at a time. */
    async *contents(dataset_id: string, positions: Uint32Array): AsyncGenerator<SampleContent[]> {
      const size = createReadSize(AT_ONCE);
      for (let start = 0; start < positions.length; ) {
        const asked = positions.subarray(start, start + size.count);
        const args = [dataset_id, JSON.stringify([...asked])];
        const { rows } = await client.execute({ sql: CONTENTS, args });
        const contents = rows.map((row) => ({ position: Number(row[0]), content: String(row[1]) }));
        yield contents;
        start += asked.length;
        size.note(contents.reduce((sum, { content }) => sum + content.length, 0));
        await yieldToEventLoop();
      }
    },
  };
}

export type SampleContentStore = ReturnType<typeof createSampleContentStore>;
