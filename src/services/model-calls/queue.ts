/** Interactive callers wait for an answer themselves and go before batches, which have many calls to make. */
export type Priority = "interactive" | "batch";

/** Beyond this many interactive callers in the queue, the next one is told to come back. */
export class QueueFull extends Error {
  override readonly name = "QueueFull";
}

export interface CallQueue {
  /**
   * Resolves when there is room; rejects with the signal's reason if that fires first, and with QueueFull at once
   * for an interactive caller who would be one too many. Answers the release, which may be called more than once.
   */
  take(priority: Priority, signal?: AbortSignal): Promise<() => void>;
  /** Calls under way. */
  readonly taken: number;
  readonly waiting: number;
}

interface Waiter {
  start(): void;
}

/** A first-come queue before a limit that may move; `limit` is read anew each time. */
export function createCallQueue(limit: () => number, interactive_max: number): CallQueue {
  const waiting = { interactive: new Set<Waiter>(), batch: new Set<Waiter>() };
  let taken = 0;

  function startWaiting(): void {
    while (taken < limit()) {
      const queue = waiting.interactive.size > 0 ? waiting.interactive : waiting.batch;
      const [next] = queue;
      if (!next) return;
      queue.delete(next);
      taken++;
      next.start();
    }
  }

  function releaseOnce(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      taken--;
      startWaiting();
    };
  }

  function wait(queue: Set<Waiter>, signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        queue.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        start() {
          signal?.removeEventListener("abort", leave);
          resolve(releaseOnce());
        },
      };
      queue.add(waiter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  return {
    get taken() {
      return taken;
    },
    get waiting() {
      return waiting.interactive.size + waiting.batch.size;
    },
    take(priority, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (taken < limit()) {
        taken++;
        return Promise.resolve(releaseOnce());
      }
      const queue = waiting[priority];
      if (priority === "interactive" && queue.size >= interactive_max) return Promise.reject(new QueueFull());
      return wait(queue, signal);
    },
  };
}
