import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { OWNER_ONLY } from "../../base/whole-file.ts";

/** The permissions of everybody but the owner. */
const OTHERS = 0o077;

/** Returns whether other accounts of this machine may read, write or enter the path. */
export const isOpenToOthers = (path: string): boolean => (statSync(path).mode & OTHERS) !== 0;

/** Returns the companions that SQLite keeps beside a database file: its write-ahead log and the log's index. */
export const companionsOf = (file: string): string[] => [`${file}-wal`, `${file}-shm`];

/** Takes the permissions of others away. Only the owner of a file can do that; for anybody else nothing changes. */
function closeToOthers(path: string): void {
  try {
    if (isOpenToOthers(path)) chmodSync(path, OWNER_ONLY);
  } catch (error) {
    if (!["EPERM", "EROFS"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/**
 * Makes a database file private before SQLite writes to it, and creates it empty if it is missing. SQLite gives its
 * companions the permissions of the file. An existing file is not opened here: to close it would end the locks that
 * this process has on it.
 */
export function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, "wx", OWNER_ONLY));
  for (const path of [file, ...companionsOf(file)]) if (existsSync(path)) closeToOthers(path);
}
