/** How long a test waits for what must come in the end; far more than a loaded machine needs. */
const DEADLINE_MS = 45_000;
const POLL_MS = 5;

/**
 * Polls until the condition holds, every `poll_ms` milliseconds. Throws an error with the condition's source text if
 * it still does not hold after the deadline.
 */
export async function waitUntil(
  condition: () => unknown,
  { poll_ms = POLL_MS, deadline_ms = DEADLINE_MS } = {},
): Promise<void> {
  const end = performance.now() + deadline_ms;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`After ${deadline_ms / 1000} s this does not hold yet: ${condition}`);
    await Bun.sleep(poll_ms);
  }
}
