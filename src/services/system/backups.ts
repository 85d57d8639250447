import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { AppError, badField } from "../../base/errors.ts";

/** A copy that was made. */
export interface Backup {
  /** The absolute path of the copy. */
  file: string;
  bytes: number;
}

/** Nobody but the operator may read a database: it holds password hashes and everybody's prompts. */
const OWNER_ONLY = 0o600;

/** Makes the file, empty, for SQLite to fill: whoever asks for a name that is taken loses here, not what is there. */
function claim(file: string): void {
  try {
    closeSync(openSync(file, "wx", OWNER_ONLY));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST")
      throw new AppError("CONFLICT", `${file} exists, and is not overwritten.`, { field: "file" }, { cause });
    if (code === "ENOENT") throw badField("file", `the folder of ${file} does not exist`);
    throw badField("file", `${file} could not be made (${code})`);
  }
}

/** Copies of the database for whoever holds DATA_DIR. `copyTo` writes a consistent one into an empty file. */
export function createBackups(copyTo: (file: string) => Promise<unknown>, is_local: boolean) {
  return {
    /** CONFLICT if a file is there, or if the database lies on a server of its own. Holds the event loop meanwhile. */
    async create(file: string): Promise<Backup> {
      if (!is_local)
        throw new AppError("CONFLICT", "The database lies on a libSQL server: make its backup there.");
      claim(file);
      try {
        await copyTo(file);
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
      return { file, bytes: statSync(file).size };
    },
  };
}

export type Backups = ReturnType<typeof createBackups>;
