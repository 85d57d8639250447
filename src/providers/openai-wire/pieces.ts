import type { CompletionDelta } from "../provider.ts";

/** What feeds a stream of pieces: opened by the first reader. */
export interface PieceFeed {
  /** Sends the call, until the answer has begun. */
  open(): Promise<void>;
  /** Reads on, pushing what comes; true once the last piece is pushed. */
  more(): Promise<boolean>;
  /** Hangs up, if anything is open. */
  close(): void;
  /** The failure as the reader gets it. */
  failureOf(error: unknown): unknown;
}

const END: IteratorResult<CompletionDelta> = { done: true, value: undefined };

/**
 * Pushed pieces as an async iterable. This is the one place where a pushed stream becomes a pulled one: pieces that
 * are there already cost a promise each, and no generator.
 */
export function createPieces(
  feedOf: (push: (delta: CompletionDelta) => void) => PieceFeed,
): AsyncIterableIterator<CompletionDelta> {
  let queue: CompletionDelta[] = [];
  let next_index = 0;
  const feed = feedOf((delta) => void queue.push(delta));
  let opened = false;
  let ended = false;
  /** What ended the stream; it is thrown after the pieces that came before it. */
  let failed: { error: unknown } | undefined;

  function take(): IteratorResult<CompletionDelta> | undefined {
    const value = queue[next_index];
    if (value === undefined) return undefined;
    next_index++;
    if (next_index === queue.length) {
      queue = [];
      next_index = 0;
    }
    return { done: false, value };
  }

  async function readOn(): Promise<void> {
    try {
      if (!opened) await feed.open();
      opened = true;
      ended = await feed.more();
    } catch (error) {
      ended = true;
      feed.close();
      failed = { error: feed.failureOf(error) };
    }
  }

  async function pull(): Promise<IteratorResult<CompletionDelta>> {
    for (;;) {
      const piece = take();
      if (piece) return piece;
      if (failed) {
        const { error } = failed;
        failed = undefined;
        throw error;
      }
      if (ended) return END;
      await readOn();
    }
  }

  return {
    next() {
      const piece = take();
      return piece ? Promise.resolve(piece) : pull();
    },
    /** A reader that leaves hangs up. */
    async return() {
      if (!ended) feed.close();
      ended = true;
      queue = [];
      next_index = 0;
      return END;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
