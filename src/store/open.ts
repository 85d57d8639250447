import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import type { EventBus } from "../events.ts";
import { DatabaseError } from "./file/database-error.ts";
import { type DataLock, lockData } from "./file/lock.ts";
import { createLogFlush } from "./file/log-flush.ts";
import { migrate } from "./file/migrate.ts";
import { createWriter, type Writer } from "./writer.ts";

export interface DatabaseOptions {
  data_dir: string;
  database_url: string;
  database_auth_token?: string | undefined;
  bus: EventBus;
}

/** An open database. `db` reads, and all changes go through `writer`. */
export interface Database {
  db: LibSQLDatabase;
  client: Client;
  writer: Writer;
  /** Whether this process is the only writer. That holds for a file, and not for a database server. */
  exclusive: boolean;
  /** The path of the copy made before a migration, or null if none was needed. */
  migration_copy: string | null;
  close(): Promise<void>;
}

/**
 * The settings of the connection, in order. `busy_timeout` comes first, because switching to WAL needs a lock that
 * another process may hold for a moment. The last value is short, because libSQL waits on the event loop's thread; the
 * writer waits for longer locks without blocking it. WAL with synchronous=NORMAL keeps the file intact after a crash,
 * and `kill -9` loses no commit.
 */
const PRAGMAS = [
  "PRAGMA busy_timeout = 5000",
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "PRAGMA foreign_keys = ON",
  // Four times the default, because the fsync of each checkpoint blocks the event loop.
  "PRAGMA wal_autocheckpoint = 4000",
  "PRAGMA busy_timeout = 100",
];

const isLocal = (url: string): boolean => url.startsWith("file:");

function pathOf(url: string): string {
  return url.startsWith("file://") ? fileURLToPath(url) : decodeURIComponent(url.slice("file:".length));
}

async function lastSeq(client: Client): Promise<number> {
  const { rows } = await client.execute("SELECT max(seq) AS last FROM events");
  return Number(rows[0]?.last ?? 0);
}

function unusable(cause: unknown): DatabaseError {
  const fault = cause instanceof Error ? cause.message : String(cause);
  return new DatabaseError(`The database of DATABASE_URL can't be opened: ${fault}`, { cause });
}

function createConnection({ database_url: url, database_auth_token }: DatabaseOptions): Client {
  const token = database_auth_token === undefined ? {} : { authToken: database_auth_token };
  try {
    // One connection: pooled connections lose the pragmas, and SQLite allows only one writer.
    return createClient({ url, concurrency: isLocal(url) ? 1 : 20, ...token });
  } catch (error) {
    throw unusable(error);
  }
}

/** Checks that it is a database, migrates the schema, and reads the highest event number. */
async function prepareDatabase(client: Client, file: string | null, prepare: () => Promise<void>) {
  try {
    await prepare().catch((error: unknown) => {
      throw unusable(error);
    });
    const { copy } = await migrate(client, file);
    return { copy, last_seq: await lastSeq(client) };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function openWith(options: DatabaseOptions, lock: DataLock): Promise<Database> {
  const { database_url, bus } = options;
  const file = isLocal(database_url) ? pathOf(database_url) : null;
  const existed = file !== null && existsSync(file);
  const client = createConnection(options);
  const prepare = async (): Promise<void> => {
    for (const statement of file === null ? ["SELECT 1"] : PRAGMAS) await client.execute(statement);
  };
  const { copy, last_seq } = await prepareDatabase(client, existed ? file : null, prepare);
  const flush = file === null ? undefined : createLogFlush(file);
  const onCommit = () => flush?.schedule();
  const writer = createWriter({ client, last_seq, publish: bus.publish, prepare, onCommit });
  const close = async () => {
    await writer.idle();
    await flush?.stop();
    client.close();
    await lock.release();
  };
  return { db: drizzle(client), client, writer, exclusive: file !== null, migration_copy: copy, close };
}

/**
 * Locks DATA_DIR, opens the database and migrates it. Throws DataDirLocked if another process has the lock, and
 * DatabaseError if the database can't be opened or was written by a newer version.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  mkdirSync(options.data_dir, { recursive: true, mode: 0o700 });
  const { data_dir, database_url } = options;
  const lock = await lockData(data_dir, isLocal(database_url) ? pathOf(database_url) : null);
  try {
    return await openWith(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}
