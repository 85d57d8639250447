import { nextTurn } from "../../base/event-loop.ts";
import { createReadSize } from "../../base/read-size.ts";
import { LONG_SAMPLE_FIELDS, type Sample, type SampleListing } from "../../domain/dataset.ts";
import { LISTED_BYTES_MAX, offsetOf, type PageRequest } from "../../domain/page.ts";
import type { Database } from "../open.ts";

/** Samples per read, and the bytes of text after which fewer are read: a sample may have megabytes. */
const AT_ONCE = { first: 10, most: 100, characters: 1_000_000 };
/** The same for the search of a sample by its id, which reads no text into this process. */
const SEARCHED_AT_ONCE = { first: 100, most: 5_000, characters: 10_000_000 };

const isLong = (field: string): string =>
  `octet_length(sample ${field === "input" ? "->>" : "->"} '$.${field}') > ${LISTED_BYTES_MAX}`;
/** The paths of the long fields. A short field gives a path that no sample has. */
const LONG_PATHS = LONG_SAMPLE_FIELDS.map((field) => `iif(${isLong(field)}, '$.${field}', '$.none')`).join(
  ", ",
);
const LONG_NAMES = LONG_SAMPLE_FIELDS.map((field) => `iif(${isLong(field)}, '${field} ', '')`).join(" || ");
/** A sample that is short as a whole is not parsed. */
const LISTED = `SELECT iif(short, sample, json_remove(sample, ${LONG_PATHS})), iif(short, '', ${LONG_NAMES}), bytes
  FROM (SELECT position, sample, octet_length(sample) AS bytes, octet_length(sample) <= ${LISTED_BYTES_MAX} AS short
    FROM dataset_samples WHERE dataset_id = ? AND position >= ? AND position < ?) ORDER BY position`;

/** Samples are stored with their id first, so that a comparison of their beginning finds it without parsing. */
const FIND = `SELECT max(iif(substr(sample, 1, length(?)) = ?, position, NULL)), sum(octet_length(sample))
  FROM dataset_samples WHERE dataset_id = ? AND position >= ? AND position < ?`;
const AT = "SELECT sample FROM dataset_samples WHERE dataset_id = ? AND position = ?";

function listingOf(text: string, names: string): SampleListing {
  const left_out = LONG_SAMPLE_FIELDS.filter((field) => names.split(" ").includes(field));
  const missing = Object.fromEntries(left_out.map((field) => [field, null]));
  return { ...(JSON.parse(text) as Sample), ...missing, left_out };
}

/** Reads samples for lists, without their long fields, and single samples by their id. */
export function createListedSampleStore({ client }: Pick<Database, "client">) {
  return {
    /** Returns one page of a dataset's samples, some at a time. `samples` is the dataset's size. */
    async page(dataset_id: string, samples: number, request: PageRequest): Promise<SampleListing[]> {
      const size = createReadSize(AT_ONCE);
      const items: SampleListing[] = [];
      const end = Math.min(samples, offsetOf(request) + request.page_size);
      for (let from = offsetOf(request); from < end; ) {
        const to = Math.min(end, from + size.count);
        const { rows } = await client.execute({ sql: LISTED, args: [dataset_id, from, to] });
        items.push(...rows.map((row) => listingOf(String(row[0]), String(row[1]))));
        size.note(rows.reduce((sum, row) => sum + Number(row[2]), 0));
        from = to;
        await nextTurn();
      }
      return items;
    },
    /** Returns the sample with that id; undefined if the dataset has none. `samples` is the dataset's size. */
    async find(dataset_id: string, id: string, samples: number): Promise<Sample | undefined> {
      const size = createReadSize(SEARCHED_AT_ONCE);
      const start = JSON.stringify({ id }).slice(0, -1);
      for (let from = 0; from < samples; ) {
        const to = from + size.count;
        const args = [start, start, dataset_id, from, to];
        const [row] = (await client.execute({ sql: FIND, args })).rows;
        if (typeof row?.[0] === "number") return sampleAt(dataset_id, row[0]);
        size.note(Number(row?.[1] ?? 0));
        from = to;
        await nextTurn();
      }
      return undefined;
    },
  };

  async function sampleAt(dataset_id: string, position: number): Promise<Sample> {
    const { rows } = await client.execute({ sql: AT, args: [dataset_id, position] });
    return JSON.parse(String(rows[0]?.[0])) as Sample;
  }
}

export type ListedSampleStore = ReturnType<typeof createListedSampleStore>;
