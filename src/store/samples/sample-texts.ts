import { yieldToEventLoop } from "../../base/event-loop.ts";
import type { Sample } from "../../domain/dataset.ts";
import { LISTED_BYTES_MAX } from "../../domain/page.ts";
import type { Database } from "../open.ts";

/** What a list shows of a sample. A text that is too long for a list is null and named in `left_out`. */
export interface ListedSample {
  input: string | null;
  /** Null also where the sample has no reference. */
  expected: string[] | null;
  left_out: ("input" | "expected")[];
}

/** Samples read at once. A sample may have megabytes of text, and its JSON is parsed to measure the fields. */
const AT_ONCE = 10;
const BY_POSITION = `SELECT position,
  sample ->> '$.input' AS input, octet_length(sample ->> '$.input') AS input_bytes,
  sample -> '$.expected' AS expected, octet_length(sample -> '$.expected') AS expected_bytes
  FROM dataset_samples WHERE dataset_id = ? AND position IN (SELECT value FROM json_each(?))`;
const LISTED = `SELECT position,
  iif(input_bytes > ${LISTED_BYTES_MAX}, NULL, input), iif(expected_bytes > ${LISTED_BYTES_MAX}, NULL, expected),
  input_bytes > ${LISTED_BYTES_MAX}, expected_bytes > ${LISTED_BYTES_MAX} FROM (${BY_POSITION})`;

function* leftOut(input: unknown, expected: unknown): Generator<"input" | "expected"> {
  if (input === 1) yield "input";
  if (expected === 1) yield "expected";
}

/** Reads what lists show of samples. */
export function createSampleTextStore({ client }: Pick<Database, "client">) {
  return {
    /** Returns samples by position, a hundred or so at most. */
    async listedAt(dataset_id: string, positions: readonly number[]): Promise<Map<number, ListedSample>> {
      const samples = new Map<number, ListedSample>();
      for (let start = 0; start < positions.length; start += AT_ONCE) {
        const args = [dataset_id, JSON.stringify(positions.slice(start, start + AT_ONCE))];
        for (const row of (await client.execute({ sql: LISTED, args })).rows) {
          samples.set(Number(row[0]), {
            input: row[1] === null ? null : String(row[1]),
            expected:
              row[2] === null ? null : (JSON.parse(String(row[2])) as NonNullable<Sample["expected"]>),
            left_out: [...leftOut(row[3], row[4])],
          });
        }
        await yieldToEventLoop();
      }
      return samples;
    },
  };
}

export type SampleTextStore = ReturnType<typeof createSampleTextStore>;
