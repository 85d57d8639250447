/** Where a command's words go: standard output, or what a test reads. */
export interface Output {
  /** Whether a person looks at it as it is written. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A column's title, and on which side its cells stand. */
export interface Column {
  title: string;
  align?: "left" | "right";
}

const GAP = "  ";
const BAR_CELLS = 30;
/** Steps of a bar that nobody watches: a line for each. */
const QUARTERS = 4;

/** Rows under their titles, each column as wide as its widest cell; ends without a newline. */
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

/** How far something has got. */
export interface Progress {
  /** `share` is 0 to 1. */
  show(share: number): void;
  /** Leaves the line as it is; what comes next begins a new one. */
  end(): void;
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`.padStart(5);

function bar(label: string, share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return `${label}  ${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)} ${percent(share)}`;
}

/** On a terminal one line that is drawn again and again; elsewhere a line a quarter, for logs. */
export function createProgress(label: string, out: Output): Progress {
  let told = -1;
  return {
    show(share) {
      if (out.isTTY) out.write(`\r${bar(label, share)}`);
      const quarter = Math.floor(share * QUARTERS);
      if (!out.isTTY && quarter > told) out.write(`${label} ${percent(share)}\n`);
      told = Math.max(told, quarter);
    },
    end() {
      if (out.isTTY) out.write("\n");
    },
  };
}
