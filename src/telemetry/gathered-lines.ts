import type pino from "pino";

/** A line of its own would cost a request more than its database row. */
const LINES = 64;
const WRITTEN_WITHIN_MS = 200;

/**
 * Hands lines over many at once, at most a fifth of a second late: SonicBoom, which can gather them as well, measures all
 * that it holds anew at each. What is left when the process ends is written then.
 */
export function gatherLines(destination: ReturnType<typeof pino.destination>) {
  let lines: string[] = [];
  let timer: Timer | undefined;
  let exits = false;

  function handOver(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const text = lines.join("");
    lines = [];
    destination.write(text);
  }
  function flushSync(): void {
    handOver();
    destination.flushSync();
  }
  function flushAtExit(): void {
    exits = true;
    process.once("exit", flushSync);
  }

  return {
    write(line: string): void {
      if (!exits) flushAtExit();
      if (lines.push(line) >= LINES) handOver();
      else timer ??= setTimeout(handOver, WRITTEN_WITHIN_MS);
    },
    flushSync,
    /** Calls back when all is written. */
    flush(written: (error?: Error) => void): void {
      handOver();
      destination.flush(written);
    },
  };
}
