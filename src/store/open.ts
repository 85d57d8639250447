import { mkdirSync } from "node:fs";
import { type Client, createClient } from "@libsql/client";
import { drizzle, type LibSQLDatabase } from "drizzle-orm/libsql";
import type { EventBus } from "../events.ts";
import { DatabaseError, storageFaultOf } from "./file/database-error.ts";
import { claimFile, type DatabaseFile } from "./file/database-file.ts";
import { databasePath } from "./file/database-path.ts";
import { damagedError, refuseEmptied } from "./file/integrity.ts";
import { type DataLock, lockData } from "./file/lock.ts";
import { createLogFlush } from "./file/log-flush.ts";
import { migrate } from "./file/migrate.ts";
import { createStorageHealth, reportTo, type StorageHealth } from "./file/storage-health.ts";
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
  /** Whether the whole file was checked, because its last stop was not clean or it was replaced since. */
  was_checked: boolean;
  storage: StorageHealth;
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

async function lastSeq(client: Client): Promise<number> {
  const { rows } = await client.execute("SELECT max(seq) AS last FROM events");
  return Number(rows[0]?.last ?? 0);
}

/** Returns the error of a database that can't be opened, in words if the disk or the file is at fault. */
function unusable(cause: unknown, file: string | null): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const fault = cause instanceof Error ? cause.message : String(cause);
  const storage = storageFaultOf(cause);
  // A file of another kind is not damaged, and no log explains it.
  if (file && fault.startsWith("SQLITE_CORRUPT")) return damagedError(file, [fault], cause);
  const words = storage ? `${storage} (${fault})` : fault;
  return new DatabaseError(`The database of DATABASE_URL can't be opened: ${words}`, { cause });
}

function createConnection({ database_url: url, database_auth_token }: DatabaseOptions): Client {
  const token = database_auth_token === undefined ? {} : { authToken: database_auth_token };
  // One connection: pooled connections lose the pragmas, and SQLite allows only one writer.
  return createClient({ url, concurrency: databasePath(url) === null ? 20 : 1, ...token });
}

/** Checks that it is a sound database, migrates the schema, and reads the highest event number. */
async function prepareDatabase(client: Client, file: DatabaseFile | null, prepare: () => Promise<void>) {
  const path = file?.path ?? null;
  try {
    await prepare().catch((error: unknown) => {
      throw unusable(error, path);
    });
    await file?.check(client);
    const { copy } = await migrate(client, path);
    await file?.begin(client);
    return { copy, last_seq: await lastSeq(client) };
  } catch (error) {
    client.close();
    file?.abandon();
    throw storageFaultOf(error) ? unusable(error, path) : error;
  }
}

/** Claims the file and connects to the database. Throws DatabaseError. */
function connect(options: DatabaseOptions, path: string | null) {
  try {
    const file = path === null ? null : claimFile(path);
    return { file, client: createConnection(options) };
  } catch (error) {
    throw unusable(error, path);
  }
}

async function openWith(options: DatabaseOptions, path: string | null, lock: DataLock): Promise<Database> {
  const { file, client } = connect(options, path);
  const prepare = async (): Promise<void> => {
    for (const statement of file === null ? ["SELECT 1"] : PRAGMAS) await client.execute(statement);
  };
  const { copy, last_seq } = await prepareDatabase(client, file, prepare);
  const storage = createStorageHealth(path);
  reportTo(storage, client);
  const flush = path === null ? undefined : createLogFlush(path);
  const onCommit = () => flush?.schedule();
  const { publish } = options.bus;
  const writer = createWriter({ client, last_seq, publish, prepare, onCommit });
  const close = async () => {
    await writer.idle();
    await flush?.stop();
    await file?.checkpoint(client);
    client.close();
    file?.end();
    await lock.release();
  };
  const opened = { migration_copy: copy, was_checked: file?.is_doubtful ?? false, storage };
  return { db: drizzle(client), client, writer, exclusive: file !== null, ...opened, close };
}

/**
 * Locks DATA_DIR, opens the database and migrates it. Throws DataDirLocked if another process has the lock, and
 * DatabaseError if the database can't be opened, is damaged or emptied, or was written by a newer version.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { data_dir, database_url } = options;
  mkdirSync(data_dir, { recursive: true, mode: 0o700 });
  const path = databasePath(database_url);
  if (path !== null) refuseEmptied(path, data_dir);
  const lock = await lockData(data_dir, path);
  try {
    return await openWith(options, path, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}
