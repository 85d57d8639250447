/** The destination of a command's output, such as standard output. */
export interface Output {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A column's title, and the side to which its cells are aligned. */
export interface Column {
  title: string;
  align?: "left" | "right";
}

const GAP = "  ";
const BAR_CELLS = 30;
/** The steps of progress outside a terminal: one line for each. */
const QUARTERS = 4;

/** Formats rows under their titles. Each column is as wide as its widest cell. The text ends without a newline. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => Bun.stringWidth(line[index] ?? ""))),
  );
  const cell = (text: string, index: number): string => {
    const blanks = " ".repeat((widths[index] ?? 0) - Bun.stringWidth(text));
    return columns[index]?.align === "right" ? blanks + text : text + blanks;
  };
  const lineOf = (line: readonly string[]) => columns.map((_, index) => cell(line[index] ?? "", index));
  const rule = widths.map((width) => "─".repeat(width));
  return [lineOf(lines[0] ?? []), rule, ...rows.map(lineOf)]
    .map((line) => line.join(GAP).trimEnd())
    .join("\n");
}

/** Shows the progress of one task. */
export interface Progress {
  /** Shows a share from 0 to 1. */
  show(share: number): void;
  /** Ends the line, so that later output begins on a new one. */
  end(): void;
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`.padStart(5);

function bar(label: string, share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return `${label}  ${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)} ${percent(share)}`;
}

/** Shows progress as a bar that is redrawn on a terminal, and elsewhere as one line per quarter. */
export function createProgress(label: string, out: Output): Progress {
  let printed = -1;
  return {
    show(share) {
      if (out.isTTY) out.write(`\r${bar(label, share)}`);
      const quarter = Math.floor(share * QUARTERS);
      if (!out.isTTY && quarter > printed) out.write(`${label} ${percent(share)}\n`);
      printed = Math.max(printed, quarter);
    },
    end() {
      if (out.isTTY) out.write("\n");
    },
  };
}
