import type { Writer } from "./writer.ts";

/** Rows that are read again and again, kept between two changes of their table. */
export interface RowCache<Row> {
  find(key: string): Promise<Row | undefined>;
  /** The writer for everything that changes the table: what was read before such a change ends is not kept. */
  writer: Pick<Writer, "write">;
}

const ROWS_KEPT = 1_000;

/** For a database that nobody else writes to. Rows are shared by their readers, who must not change them. */
export function createRowCache<Row>(
  read: (key: string) => Promise<Row | undefined>,
  writer: Writer,
): RowCache<Row> {
  const rows = new Map<string, Row>();
  let changes = 0;

  function forget(): void {
    changes++;
    rows.clear();
  }

  return {
    async find(key) {
      const known = rows.get(key);
      if (known) return known;
      const seen = changes;
      const row = await read(key);
      if (row === undefined || seen !== changes) return row;
      if (rows.size >= ROWS_KEPT) rows.clear();
      rows.set(key, row);
      return row;
    },
    writer: {
      async write(statements, events) {
        forget();
        try {
          return await writer.write(statements, events);
        } finally {
          forget();
        }
      },
    },
  };
}
