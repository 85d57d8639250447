const PASSING = /SQLITE_BUSY|database is locked|SQLITE_FULL|SQLITE_IOERR|disk is full/;

/** Returns whether a statement may succeed later: another process held a lock, or the disk was full. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return PASSING.test(error.message) || isPassing(error.cause);
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
