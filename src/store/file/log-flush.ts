import { open } from "node:fs/promises";

/** Milliseconds from a commit to its flush. */
const FLUSH_MS = 100;

/** Flushes SQLite's write-ahead log to the disk. */
export interface LogFlush {
  /** Flushes the log about 100 ms later. Call it after each commit. */
  schedule(): void;
  /** Cancels a scheduled flush, and resolves when the running one has ended. */
  stop(): Promise<void>;
}

/**
 * Creates a flusher of SQLite's write-ahead log that works on another thread. Otherwise SQLite flushes thousands of
 * pages at once on the event loop's thread, and all requests wait. A power failure loses the commits since the last
 * flush.
 */
export function createLogFlush(database_file: string): LogFlush {
  let timer: Timer | undefined;
  let flushing: Promise<void> | undefined;
  let again = false;

  async function flush(): Promise<void> {
    // Opened again for each flush, because SQLite deletes and recreates the log as connections open and close.
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
    // The log may not exist at this moment. SQLite's own flush meets all other errors too, and fails a write.
    flushing = flush()
      .catch(() => undefined)
      .then(ended);
  }

  /** A commit during a flush schedules another flush, because it may have come too late for this one. */
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
