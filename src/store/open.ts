import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import type { EventBus } from "../events.ts";
import { type DataLock, lockDataDir } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { createWriter, type Writer } from "./writer.ts";

export interface DatabaseOptions {
  data_dir: string;
  database_url: string;
  database_auth_token?: string | undefined;
  bus: EventBus;
}

/** The open database: `db` is for reading, `writer` for all that changes. */
export interface Database {
  db: LibSQLDatabase;
  client: Client;
  writer: Writer;
  /** Where the migrations left a copy of an older database, if they did. */
  migration_copy: string | null;
  close(): Promise<void>;
}

/**
 * `busy_timeout` comes first: switching to WAL needs a lock that another process may hold for a moment.
 * WAL with synchronous=NORMAL keeps the file sound through a crash and loses nothing committed to `kill -9`.
 */
const PRAGMAS = [
  "PRAGMA busy_timeout = 5000",
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "PRAGMA foreign_keys = ON",
];

const isLocal = (url: string): boolean => url.startsWith("file:");

async function setPragmas(client: Client): Promise<void> {
  for (const pragma of PRAGMAS) await client.execute(pragma);
}

function pathOf(url: string): string {
  return url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
}

async function lastSeq(client: Client): Promise<number> {
  const { rows } = await client.execute("SELECT max(seq) AS last FROM events");
  return Number(rows[0]?.last ?? 0);
}

async function openClient(options: DatabaseOptions) {
  const { database_url, database_auth_token } = options;
  const local = isLocal(database_url);
  const existed = local && existsSync(pathOf(database_url));
  // One connection: pooled ones come back without the pragmas, and SQLite has one writer anyway.
  const token = database_auth_token === undefined ? {} : { authToken: database_auth_token };
  const client = createClient({ url: database_url, concurrency: local ? 1 : 20, ...token });
  const prepare = async (): Promise<void> => (local ? setPragmas(client) : undefined);
  await prepare();
  const { copy } = await migrate(client, existed ? pathOf(database_url) : null);
  return { client, prepare, copy };
}

/** Takes DATA_DIR, opens the database and brings it up to date. Throws DataDirLocked if another process has it. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  mkdirSync(options.data_dir, { recursive: true, mode: 0o700 });
  const lock: DataLock = await lockDataDir(options.data_dir);
  try {
    const { client, prepare, copy } = await openClient(options);
    const publish = options.bus.publish;
    const writer = createWriter({ client, last_seq: await lastSeq(client), publish, prepare });
    const close = async () => {
      await writer.idle();
      client.close();
      lock.release();
    };
    return { db: drizzle(client), client, writer, migration_copy: copy, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
