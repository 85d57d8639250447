import { existsSync, rmSync, statSync } from "node:fs";
import type { Client } from "@libsql/client";
import { isAsClosed, markClosed, markOpen } from "./file-state.ts";
import { refuseStaleLog, requireSound } from "./integrity.ts";
import { companionsOf, makePrivate } from "./private-file.ts";
import { newRunNumber, stampRun } from "./run-number.ts";

/** The database file of a server, from its opening to its end. */
export interface DatabaseFile {
  path: string;
  /** Whether `check` reads the whole file: its last stop was not clean, or it was replaced since. */
  is_doubtful: boolean;
  /** Throws DatabaseError if a doubtful file is damaged. Changes nothing. */
  check(client: Client): Promise<void>;
  /** Notes, in the file and beside it, that this run uses it. */
  begin(client: Client): Promise<void>;
  /** Removes a file that was created here and never written. */
  abandon(): void;
  /** Moves everything from the write-ahead log into the file, so that a copy of the one file is a backup. */
  checkpoint(client: Client): Promise<void>;
  /** Notes a clean stop if the checkpoint succeeded. Call it when the connection is closed. */
  end(): void;
}

/**
 * Claims a database file for this process, and makes it private. Throws DatabaseError if its write-ahead log is of
 * another file, and the errors of the file system.
 */
export function claimFile(path: string): DatabaseFile {
  const is_new = !existsSync(path);
  const is_doubtful = !is_new && !isAsClosed(path);
  if (is_doubtful) refuseStaleLog(path);
  makePrivate(path);
  let is_whole = false;
  return {
    path,
    is_doubtful,
    async check(client) {
      if (is_doubtful) await requireSound(client, path);
    },
    async begin(client) {
      const run = newRunNumber();
      await stampRun(client, run);
      markOpen(path, run);
    },
    abandon() {
      if (is_new && statSync(path).size === 0)
        for (const left of [path, ...companionsOf(path)]) rmSync(left, { force: true });
    },
    async checkpoint(client) {
      // A full disk must not keep the server from stopping. The log then stays, and the next start reads it.
      const result = await client.execute("PRAGMA wal_checkpoint(TRUNCATE)").catch(() => undefined);
      is_whole = result?.rows[0]?.busy === 0;
    },
    end() {
      if (!is_whole) return;
      try {
        markClosed(path);
      } catch {
        // Without the note, the next start checks the file.
      }
    },
  };
}
