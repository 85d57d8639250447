import { join } from "node:path";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { HubDataset } from "../../../src/datasets/hub-dataset.ts";
import { findHubDataset, hubDatasets } from "../../../src/datasets/hub-datasets.ts";
import { createHubCells } from "../../../src/datasets/hub-samples.ts";
import type { Sample } from "../../../src/domain/dataset.ts";
import { ROOT } from "../paths.ts";

export type HubRow = Record<string, unknown>;

/** The samples of a canonical set's rows, as if a file had held them. */
export const samplesOfRecords = (set: HubDataset, rows: readonly HubRow[]): Sample[] =>
  rows.map((values, row) => set.toSample(createHubCells({ values, line: row + 1 }), row));

const leaf = (name: string, value: unknown): SchemaElement => {
  if (typeof value === "boolean") return { name, type: "BOOLEAN", repetition_type: "OPTIONAL" };
  if (typeof value === "number") return { name, type: "INT64", repetition_type: "OPTIONAL" };
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" };
};

/** The schema of a value as Hugging Face's writer has it: lists of three levels, structures as groups. */
function schemaOf(name: string, value: unknown): SchemaElement[] {
  if (Array.isArray(value)) {
    return [
      { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      leaf("element", value[0]),
    ];
  }
  if (typeof value !== "object" || value === null) return [leaf(name, value)];
  const fields = Object.entries(value);
  return [
    { name, repetition_type: "OPTIONAL", num_children: fields.length },
    ...fields.flatMap(([field, item]) => schemaOf(field, item)),
  ];
}

/** Whole numbers as the 64-bit ones that the file has. */
function toCell(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(toCell);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCell(item)]));
}

/** Rows as a parquet file; their first tells the types. */
export function parquetOfRows(rows: readonly HubRow[]): Uint8Array<ArrayBuffer> {
  const names = Object.keys(rows[0] ?? {});
  const schema: SchemaElement[] = [
    { name: "root", num_children: names.length },
    ...names.flatMap((name) => schemaOf(name, rows[0]?.[name])),
  ];
  const columnData = names.map((name) => ({ name, data: rows.map((row) => toCell(row[name])) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
}

const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;

function csvOfRows(rows: readonly HubRow[]): Uint8Array<ArrayBuffer> {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return new Uint8Array(Buffer.from(lines.map((line) => `${line.map(quoted).join(",")}\n`).join("")));
}

interface SetRows {
  samples: HubRow[];
  shots?: HubRow[];
}

/** The files of a set as the hub lays them out, by their path behind `datasets/`. */
export function filesOfSet(
  name: string,
  { samples, shots = [] }: SetRows,
): [string, Uint8Array<ArrayBuffer>][] {
  const set = findHubDataset(name) as HubDataset;
  const { repository, folder, split } = set;
  if (typeof folder !== "string") return [[`${repository}/${folder.file}`, csvOfRows(samples)]];
  const pathOf = (part: string) => `${repository}/${folder}/${part}-00000-of-00001.parquet`;
  const files: [string, Uint8Array<ArrayBuffer>][] = [[pathOf(split), parquetOfRows(samples)]];
  if (set.shots) files.push([pathOf(set.shots), parquetOfRows(shots)]);
  return files;
}

/** The rows that the references were run on. */
export const referenceRows = async (name: string): Promise<SetRows> =>
  (await Bun.file(join(ROOT, "test/datasets/references", `${name}.json`)).json()) as SetRows;

/** All canonical sets, three samples each, as the hub lays them out. */
export async function filesOfAllSets() {
  const files = await Promise.all(
    hubDatasets.map(async ({ name }) => filesOfSet(name, await referenceRows(name))),
  );
  return new Map(files.flat());
}
