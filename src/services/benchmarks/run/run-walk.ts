import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { Slots } from "../../../base/slots.ts";

interface WalkOptions {
  /** Number of trials of the run. */
  total: number;
  /** Returns whether the trial was settled before. */
  isSettled(index: number): boolean;
  /** Performs a trial and resolves once its row is committed. Throws the signal's reason if the signal fired first. */
  settle(index: number): Promise<void>;
  /** One slot per open trial: a trial that has begun and whose row is not yet committed. */
  window: Slots;
  /** Ends the walk: no further trial begins, and open trials are waited for. */
  signal: AbortSignal;
}

/**
 * Settles the unsettled trials of a run, in order, as the window has free slots. Resolves once no trial is open. Throws
 * the first error of a trial, once the open trials have ended.
 */
export async function walkRun({ total, isSettled, settle, window, signal }: WalkOptions): Promise<void> {
  const open = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for (let index = 0; index < total && !signal.aborted && !failure; index++) {
    if (isSettled(index)) continue;
    // Providers that answer at once would otherwise hold the event loop for a whole window of trials.
    await yieldToEventLoop();
    const release = await window.take();
    if (signal.aborted || failure) {
      release();
      break;
    }
    const trial = settle(index)
      .catch((error: unknown) => {
        if (!signal.aborted || error !== signal.reason) failure ??= { error };
      })
      .finally(() => {
        release();
        open.delete(trial);
      });
    open.add(trial);
  }
  await Promise.all(open);
  if (failure) throw failure.error;
}
