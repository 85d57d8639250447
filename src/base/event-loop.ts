/** Longer than this, nobody else would be answered. */
const SLICE_MS = 4;
/** One for the process: whatever is at work, the event loop is the same. */
const slice = { started: 0 };

/** Lets others in, if nobody was let in for some milliseconds. For loops that may run long, a piece of work apart. */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - slice.started < SLICE_MS) return;
  await new Promise<void>((resolve) => setImmediate(resolve));
  slice.started = performance.now();
}
