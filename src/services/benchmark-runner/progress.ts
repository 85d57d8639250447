/** Tells at most ten times a second, and what it tells is never older than that. */
export interface Coalescer {
  /** Something changed. */
  touch(): void;
  /** Tells no more; resolves when what is being told has been told, throws if a telling failed. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 100;

export function createCoalescer(tell: () => Promise<unknown>): Coalescer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: Promise<unknown> = Promise.resolve();

  function tellNow(): void {
    timer = undefined;
    const telling = tell();
    told = Promise.all([told, telling]);
    // The failure is met by whoever awaits `stop`; until then it must not count as unhandled.
    told.catch(() => undefined);
  }

  return {
    touch() {
      timer ??= setTimeout(tellNow, INTERVAL_MS);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await told;
    },
  };
}
