const LINES_MAX = 100;
const LINE_LENGTH_MAX = 1_000;

/** Collects a plugin's console output, with bounds on the number and the length of lines. */
export function createConsoleLines() {
  const lines: string[] = [];
  return {
    lines,
    add(level: string, text: string): void {
      if (lines.length < LINES_MAX) lines.push(`${level}: ${text.slice(0, LINE_LENGTH_MAX)}`);
      else if (lines.length === LINES_MAX) lines.push("… further lines were dropped");
    },
  };
}

export type ConsoleLines = ReturnType<typeof createConsoleLines>;
