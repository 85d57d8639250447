import { parquetWriteBuffer } from "hyparquet-writer";
import { createHubCells } from "../../src/datasets/hub-cells.ts";
import type { HubDataset } from "../../src/datasets/hub-dataset.ts";
import type { Sample } from "../../src/domain/dataset.ts";

/** The samples of a canonical set's rows, as if a file had held them. */
export async function samplesOfRecords(
  set: HubDataset,
  rows: readonly Record<string, unknown>[],
): Promise<Sample[]> {
  return rows.map((values, row) => set.toSample(createHubCells({ values, line: row + 1 }), row));
}
