import type pino from "pino";

/** Lines per write: a write for each line would cost a request more than its database row does. */
const LINES = 64;
const WRITTEN_WITHIN_MS = 200;

/**
 * Returns a destination that writes lines in groups, at most 200 ms late. The rest is written when the process ends.
 * Pino's own buffer (SonicBoom) is not used, because it measures its whole content again with each line.
 */
export function gatherLines(destination: ReturnType<typeof pino.destination>) {
  let lines: string[] = [];
  let timer: Timer | undefined;
  let watchesExit = false;

  function writeGathered(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const text = lines.join("");
    lines = [];
    destination.write(text);
  }
  function flushSync(): void {
    writeGathered();
    destination.flushSync();
  }
  function flushAtExit(): void {
    watchesExit = true;
    process.once("exit", flushSync);
  }

  return {
    write(line: string): void {
      if (!watchesExit) flushAtExit();
      if (lines.push(line) >= LINES) writeGathered();
      else timer ??= setTimeout(writeGathered, WRITTEN_WITHIN_MS);
    },
    flushSync,
    /** Writes all lines, then calls `written`. */
    flush(written: (error?: Error) => void): void {
      writeGathered();
      destination.flush(written);
    },
  };
}
