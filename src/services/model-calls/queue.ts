/** Interactive callers wait for an answer and go before batches, which have many calls to make. */
export type Priority = "interactive" | "batch";

/** The refusal of an interactive caller for whom the queue has no room. */
export class QueueFull extends Error {
  override readonly name = "QueueFull";
}

export interface CallQueue {
  /**
   * Resolves to the release when a slot is free; only the first call of the release counts. Rejects with the signal's
   * reason if that fires first, and with QueueFull at once for an interactive caller if the queue is full.
   */
  take(priority: Priority, signal?: AbortSignal): Promise<() => void>;
  /** How many calls are under way. */
  readonly taken: number;
  /** How many callers wait. */
  readonly waiting: number;
}

interface Waiter {
  start(): void;
}

/** Creates a first-come queue before a limit that may change; `limit` is read at each use. */
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
