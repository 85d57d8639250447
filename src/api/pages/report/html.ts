import { NO_FIGURE } from "../../../base/format.ts";

/** HTML that is sound: texts in it are escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Part[] | false | null | undefined;

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return part === false || part === null || part === undefined ? "" : Bun.escapeHTML(String(part));
}

/** HTML out of a template: what is put in is escaped unless it is HTML of this kind, lists part by part. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.map((text, index) => (index === 0 ? text : textOf(parts[index - 1]) + text)).join(""));

/** Columns that say nothing in any row are left out. */
const isSaid = (rows: readonly (readonly Part[])[], column: number): boolean =>
  rows.some((cells) => ![NO_FIGURE, "", null, undefined, false].includes(cells[column] as string));

/** A table without the columns in which no row has anything to say. */
export function htmlTableOfSaid(titles: readonly string[], rows: readonly (readonly Part[])[]): Html {
  const said = titles.map((_, column) => column).filter((column) => isSaid(rows, column));
  return htmlTable(
    said.map((column) => titles[column]!),
    rows.map((cells) => said.map((column) => cells[column])),
  );
}

/** A table under its titles; a wide one is scrolled by itself. */
export const htmlTable = (titles: readonly string[], rows: readonly (readonly Part[])[]): Html =>
  html`<div class="wide"><table>
<thead><tr>${titles.map((title) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
