import type { FileFormat, Sample } from "../domain/dataset.ts";
import { createHubCells } from "./hub-cells.ts";
import type { HubDataset } from "./hub-dataset.ts";
import { readRows } from "./sources/index.ts";
import { fileFault } from "./sources/row.ts";

const lacking = ({ columns }: HubDataset, found: ReadonlySet<string>): string[] =>
  columns.filter((column) => !found.has(column));

/** Whether a file has the columns that a canonical set has where its publishers keep it. */
export async function hasColumnsOf(set: HubDataset, file: Blob, format: FileFormat): Promise<boolean> {
  const rows = readRows(file, format, set.columns);
  for await (const _first of rows) return lacking(set, rows.columns).length === 0;
  return false;
}

/**
 * The samples of a canonical set's files as its publishers write them, in order. Throws BAD_REQUEST for a file that is
 * cut off or of another form, naming line and column.
 */
export async function samplesOfSet(
  set: HubDataset,
  files: readonly Blob[],
  format: FileFormat,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const file of files) {
    const rows = readRows(file, format, set.columns);
    for await (const row of rows) {
      const [missing] = lacking(set, rows.columns);
      if (missing !== undefined) throw fileFault("is missing", { column: missing });
      samples.push(set.toSample(createHubCells(row), samples.length));
    }
  }
  if (samples.length === 0) throw fileFault("has no rows");
  return samples;
}
