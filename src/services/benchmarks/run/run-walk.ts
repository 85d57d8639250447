import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { Slots } from "../../../base/slots.ts";

interface WalkOptions {
  /** How many trials the run has. */
  total: number;
  /** Whether that trial was settled before. */
  isSettled(index: number): boolean;
  /** Performs a trial and resolves once its row is committed; throws the signal's reason if that fired first. */
  settle(index: number): Promise<void>;
  /** A slot for each trial that is open: begun, and its row not yet committed. */
  window: Slots;
  /** Ends the walk: no further trial is begun, and those that are open are waited for. */
  signal: AbortSignal;
}

/**
 * Settles all trials of a run that are not settled, in order, as the window lets them in. Resolves when none is
 * open. Throws the first error of a trial, after those that were open have ended.
 */
export async function walkRun({ total, isSettled, settle, window, signal }: WalkOptions): Promise<void> {
  const open = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for (let index = 0; index < total && !signal.aborted && !failure; index++) {
    if (isSettled(index)) continue;
    // Providers that answer at once would otherwise hold the event loop for as long as a window lasts.
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
