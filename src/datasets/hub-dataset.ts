import type { Sample } from "../domain/dataset.ts";

import type { Protocol } from "./protocols/protocol.ts";

/** The values of one row of a canonical set. Each throws BAD_REQUEST naming line and column for another type. */
export interface Cells {
  text(column: string): string;
  texts(column: string): string[];
  numbers(column: string): number[];
  whole(column: string): number;
  flag(column: string): boolean;
  /** The fields of a structure, as cells of their own. */
  within(column: string): Cells;
  /** The letter of a place among `count` choices, or the fault of the column that named it. */
  letter(column: string, place: number, count: number): string;
}

/** A canonical set on the Hugging Face hub, fetched once when it is first asked for. */
export interface HubDataset {
  readonly name: string;
  readonly description: string;
  readonly license: string;
  /** The hub's id of the repository, such as `cais/mmlu`. */
  readonly repository: string;
  /** The folder of its files (the configuration's name, or `data`); a single file by its path. */
  readonly folder: string | { readonly file: string };
  readonly split: string;
  /** The split whose rows are shown as solved examples; absent: there are none. */
  readonly shots?: string;
  /** How many samples its publishers count. */
  readonly size: number;
  /** Its publishers want readers to agree to something: `HF_TOKEN` is needed. */
  readonly gated?: true;
  /** The columns that are read. */
  readonly columns: readonly string[];
  /** Choices are put in an order of this seed's, as the right one has a fixed place. */
  readonly choice_seed?: number;
  /** Throws BAD_REQUEST naming line and column if the row is not of that set. */
  toSample(cells: Cells, row: number): Sample;
  /** The first is the default. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
}
