import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { AppError, badField } from "../../base/errors.ts";

/** A finished copy. */
export interface Backup {
  /** The absolute path of the copy. */
  file: string;
  bytes: number;
}

/** Only the operator may read a database: it holds password hashes and all prompts. */
const OWNER_ONLY = 0o600;

/** Creates the empty file that SQLite fills. Throws CONFLICT if the file exists, so that nothing is overwritten. */
function createEmptyFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", OWNER_ONLY));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST")
      throw new AppError(
        "CONFLICT",
        `The file ${file} exists already. Choose another name.`,
        { field: "file" },
        { cause },
      );
    if (code === "ENOENT") throw badField("file", `the folder of ${file} does not exist. Create it first`);
    throw badField("file", `${file} could not be created (${code})`);
  }
}

/** Makes copies of the database for the operator. `copyTo` writes a consistent copy into an empty file. */
export function createBackups(copyTo: (file: string) => Promise<unknown>, is_local: boolean) {
  return {
    /** Throws CONFLICT if the file exists or if the database is on another server. Blocks the event loop meanwhile. */
    async create(file: string): Promise<Backup> {
      if (!is_local)
        throw new AppError("CONFLICT", "The database is on a libSQL server. Make its backup there.");
      createEmptyFile(file);
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
