import type { Writer } from "./writer.ts";

/** A cache of rows that lasts until the next change of their table. */
export interface RowCache<Row> {
  find(key: string): Promise<Row | undefined>;
  /** The writer for all changes of the table. Rows that were read before a change ends are not kept. */
  writer: Pick<Writer, "write">;
}

const ROWS_KEPT = 1_000;

/** Creates a cache for a table that only this process changes. Callers share the rows and must not modify them. */
export function createRowCache<Row>(
  read: (key: string) => Promise<Row | undefined>,
  writer: Writer,
): RowCache<Row> {
  const rows = new Map<string, Row>();
  let changes = 0;

  function clear(): void {
    changes++;
    rows.clear();
  }

  return {
    async find(key) {
      const known = rows.get(key);
      if (known) return known;
      const before = changes;
      const row = await read(key);
      if (row === undefined || before !== changes) return row;
      if (rows.size >= ROWS_KEPT) rows.clear();
      rows.set(key, row);
      return row;
    },
    writer: {
      async write(statements, events) {
        clear();
        try {
          return await writer.write(statements, events);
        } finally {
          clear();
        }
      },
    },
  };
}
