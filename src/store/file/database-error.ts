const PASSING = /SQLITE_BUSY|database is locked|SQLITE_FULL|SQLITE_IOERR|SQLITE_READONLY|disk is full/;

/** Returns whether a statement may succeed later: another process held a lock, or the disk was full or read-only. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof StorageUnavailable || PASSING.test(error.message) || isPassing(error.cause);
}

/** The disk can't take new rows at present. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
}

/** The codes of SQLite and of the file system that tell of one fault of the disk or of the file, and its words. */
const STORAGE_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, "the disk is full"],
  [/^(SQLITE_READONLY|EROFS)/, "the disk or the file is read-only"],
  [/^SQLITE_CORRUPT/, "the database is damaged"],
  [/^SQLITE_NOTADB/, "the file is damaged or no database"],
  [/^(SQLITE_IOERR|EIO)/, "the disk reports an error"],
];

/**
 * Returns what is wrong with the disk or the database file, in words; undefined if the error is of another kind. Goes
 * by the error's code, because messages may hold texts of callers.
 */
export function storageFaultOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  return STORAGE_FAULTS.find(([codes]) => codes.test(code))?.[1] ?? storageFaultOf(error.cause);
}

/** A database that can't be used. `message` says why and what to do, and holds no secret. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

/** Another process holds DATA_DIR. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";

  constructor(data_dir: string) {
    super(`Another server uses ${data_dir}. Stop it, or choose another DATA_DIR.`);
  }
}
