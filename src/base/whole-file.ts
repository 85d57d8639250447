import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Only the owner may read and write. */
export const OWNER_ONLY = 0o600;

/**
 * Writes a file that only its owner can read, as a whole: a reader finds either the old content or the new one, even
 * if the disk is full or the machine stops. Throws the error of the file system, and then changes nothing.
 */
export function writeWholeFile(path: string, content: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  try {
    writeFileSync(unfinished, content, { mode: OWNER_ONLY, flush: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
