/** The longest time that one loop may hold the event loop: other requests wait meanwhile. */
const SLICE_MS = 4;
/** Shared by all loops of the process, because they share one event loop. */
const slice = { started: 0 };
/** The loops that wait for their turn, in the order in which they began to wait. */
const waiting: (() => void)[] = [];

/** Wakes one loop per turn of the event loop. Woken together, many loops would hold it for the sum of their slices. */
function wakeNext(): void {
  slice.started = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(wakeNext);
}

/** Resolves in a later turn of the event loop, in which no other loop is woken. Call it after a long step of a loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(wakeNext);
  });
}

/** Yields to the event loop if it has been held for over 4 ms. Call it between the items of a long loop. */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - slice.started >= SLICE_MS) await nextTurn();
}
