/** The longest time that one loop may hold the event loop: other requests wait meanwhile. */
const SLICE_MS = 4;
/** Shared by all loops of the process, because they share one event loop. */
const slice = { started: 0 };

/** Yields to the event loop if it has been held for over 4 ms. Call it between the items of a long loop. */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - slice.started < SLICE_MS) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
  slice.started = performance.now();
}
