import { open } from "node:fs/promises";

/** Milliseconds after a commit. */
const FLUSH_MS = 100;

export interface LogFlush {
  /** Something was committed: it will be on the disk soon. */
  schedule(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/**
 * Brings SQLite's log of what was committed to the disk from another thread. Left alone, SQLite does it on ours, for
 * thousands of pages at a time, and all callers wait; so it finds next to nothing left to do. A loss of power costs what
 * was committed since.
 */
export function createLogFlush(database_file: string): LogFlush {
  let timer: Timer | undefined;
  let flushing = Promise.resolve();

  async function flush(): Promise<void> {
    // By a handle of its own, anew each time: SQLite removes and makes the log as connections come and go.
    const log = await open(`${database_file}-wal`, "r+");
    await log.datasync().finally(() => log.close());
  }

  function begin(): void {
    timer = undefined;
    // There may be no log just now. Whatever else is wrong SQLite's own flush meets as well, and fails a write.
    flushing = flushing.then(flush).catch(() => undefined);
  }

  return {
    schedule() {
      timer ??= setTimeout(begin, FLUSH_MS).unref();
    },
    stop() {
      clearTimeout(timer);
      return flushing;
    },
  };
}
