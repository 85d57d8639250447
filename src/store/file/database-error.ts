const PASSING = /SQLITE_BUSY|database is locked|SQLITE_FULL|SQLITE_IOERR|disk is full/;

/** Whether a statement failed for what may pass by itself: somebody else's lock, a full disk. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return PASSING.test(error.message) || isPassing(error.cause);
}

/** The database can't be used as it is; `message` says why and what to do, and holds no secret. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

/** Another process holds DATA_DIR. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";

  constructor(data_dir: string) {
    super(`Another server is using ${data_dir}. Stop it, or choose another DATA_DIR.`);
  }
}
