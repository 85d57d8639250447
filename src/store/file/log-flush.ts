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
  let flushing: Promise<void> | undefined;
  let again = false;

  async function flush(): Promise<void> {
    // By a handle of its own, anew each time: SQLite removes and makes the log as connections come and go.
    const log = await open(`${database_file}-wal`, "r+");
    await log.datasync().finally(() => log.close());
  }

  function ended(): void {
    flushing = undefined;
    if (again) schedule();
  }

  function begin(): void {
    timer = undefined;
    again = false;
    // There may be no log just now. Whatever else is wrong SQLite's own flush meets as well, and fails a write.
    flushing = flush()
      .catch(() => undefined)
      .then(ended);
  }

  /** A disk may take longer than there is between two commits. */
  function schedule(): void {
    if (flushing) again = true;
    else timer ??= setTimeout(begin, FLUSH_MS).unref();
  }

  return {
    schedule,
    async stop() {
      clearTimeout(timer);
      again = false;
      await flushing;
    },
  };
}
