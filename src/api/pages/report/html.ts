import { NO_FIGURE } from "../../../base/format.ts";

/** HTML that is safe to send: the texts in it are escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Part[] | false | null | undefined;

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return part === false || part === null || part === undefined ? "" : Bun.escapeHTML(String(part));
}

/** Fills a template. Every value is escaped unless it is an `Html`; a list is joined. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.map((text, index) => (index === 0 ? text : textOf(parts[index - 1]) + text)).join(""));

const isEmptyColumn = (rows: readonly (readonly Part[])[], column: number): boolean =>
  rows.every((cells) => [NO_FIGURE, "", null, undefined, false].includes(cells[column] as string));

/** Returns a table without its empty columns. */
export function htmlTableWithoutEmptyColumns(
  titles: readonly string[],
  rows: readonly (readonly Part[])[],
): Html {
  const columns = titles.map((_, column) => column).filter((column) => !isEmptyColumn(rows, column));
  return htmlTable(
    columns.map((column) => titles[column]!),
    rows.map((cells) => columns.map((column) => cells[column])),
  );
}

/** Returns a table with a head. A table that is too wide for the page scrolls horizontally. */
export const htmlTable = (titles: readonly string[], rows: readonly (readonly Part[])[]): Html =>
  html`<div class="wide"><table>
<thead><tr>${titles.map((title) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
