/** A cell of a table: line breaks and bars would end it. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s*\n+\s*/g, " ");

const row = (cells: readonly string[]): string =>
  `| ${cells.map(cell).join(" | ")} |`.replaceAll("|  |", "| |");

/** A Markdown table; the empty text if it has no rows. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  return [row(titles), `|${titles.map(() => "---").join("|")}|`, ...rows.map(row)].join("\n");
}

export const code = (text: string): string => `\`${text}\``;

/** Several words as code: `a`, `b`. */
export const codes = (words: readonly string[]): string => words.map(code).join(", ");

export const fence = (language: string, text: string): string =>
  `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** The anchor that GitHub makes of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

const NOTICE = "<!-- Generated from the code by `bun run docs`. Do not edit. -->";

/** A page of the reference: its title, and the parts that are not empty. */
export const page = (title: string, parts: readonly string[]): string =>
  `${[`# ${title}`, NOTICE, ...parts.filter((part) => part !== "")].join("\n\n")}\n`;
