import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { DatabaseError } from "./database-error.ts";
import { faultsOf, refuseEmptied, refuseStaleLog } from "./integrity.ts";
import { migrations, schemaVersionOf } from "./migrate.ts";
import { newestRowTime } from "./newest-row.ts";

/** What a check of a database found. */
export interface DatabaseReport {
  /** What is damaged, at most three faults; none if the database is sound. */
  faults: string[];
  /** The schema version, in Unix milliseconds; null if it could not be read. */
  schema_version: number | null;
  /** The schema version of this program. */
  known_version: number;
  /** When the newest completion or event was made, in Unix milliseconds; null if there is none. */
  newest_row: number | null;
}

const unread = (fault: string): DatabaseReport => ({
  faults: [fault],
  schema_version: null,
  known_version: migrations.at(-1)?.created_at ?? 0,
  newest_row: null,
});

/** Reads the whole database and its versions, and changes nothing. Blocks the event loop meanwhile. */
export async function inspectDatabase(client: Client): Promise<DatabaseReport> {
  try {
    const faults = await faultsOf(client, "integrity_check");
    const schema_version = await schemaVersionOf(client);
    const newest_row = schema_version === null ? null : await newestRowTime(client);
    return { ...unread(""), faults, schema_version, newest_row };
  } catch (error) {
    return unread((error as Error).message);
  }
}

/** Inspects the file of a server that does not run; null if there is none. The caller holds the lock of the data. */
export async function inspectFile(file: string, data_dir: string): Promise<DatabaseReport | null> {
  if (!existsSync(file)) return null;
  try {
    refuseEmptied(file, data_dir);
    refuseStaleLog(file);
  } catch (error) {
    if (error instanceof DatabaseError) return unread(error.message);
    throw error;
  }
  const client = createClient({ url: pathToFileURL(file).href, concurrency: 1 });
  try {
    return await inspectDatabase(client);
  } finally {
    client.close();
  }
}
