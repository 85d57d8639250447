const LINES_MAX = 100;
const LINE_LENGTH_MAX = 1_000;

/** What a plugin writes to its console, bounded in lines and their length. */
export function createConsoleLines() {
  const lines: string[] = [];
  return {
    lines,
    add(level: string, text: string): void {
      if (lines.length < LINES_MAX) lines.push(`${level}: ${text.slice(0, LINE_LENGTH_MAX)}`);
      else if (lines.length === LINES_MAX) lines.push("… more was written than is kept");
    },
  };
}

export type ConsoleLines = ReturnType<typeof createConsoleLines>;
