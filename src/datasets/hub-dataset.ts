import type { Sample } from "../domain/dataset.ts";
import type { Protocol } from "./protocols/protocol.ts";

/**
 * The values of one row of a canonical set. Each method throws BAD_REQUEST naming line and column for a value of
 * another type.
 */
export interface Cells {
  text(column: string): string;
  texts(column: string): string[];
  numbers(column: string): number[];
  whole(column: string): number;
  flag(column: string): boolean;
  /** Returns the fields of a structure, as cells. */
  within(column: string): Cells;
  /**
   * Returns the letter of a zero-based place among `count` choices; throws the fault of the column that holds the
   * place.
   */
  letter(column: string, place: number, count: number): string;
}

/** A canonical set on the Hugging Face hub, fetched once on first use. */
export interface HubDataset {
  readonly name: string;
  readonly description: string;
  readonly license: string;
  /** The repository's id on the hub, such as `cais/mmlu`. */
  readonly repository: string;
  /** The folder of its files (the name of the configuration, or `data`), or the path of its single file. */
  readonly folder: string | { readonly file: string };
  readonly split: string;
  /** The split whose rows serve as solved examples; absent if there are none. */
  readonly shots?: string;
  /** The number of samples according to its publishers. */
  readonly size: number;
  /** Readers must accept terms of its publishers: `HF_TOKEN` is needed. */
  readonly gated?: true;
  /** The columns that are read. */
  readonly columns: readonly string[];
  /** The seed of the choices' order; given if the right choice always has the same place in the file. */
  readonly choice_seed?: number;
  /** Converts a row to a sample. Throws BAD_REQUEST naming line and column for a row of another form. */
  toSample(cells: Cells, row: number): Sample;
  /** The protocols; the first is the default. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
}
