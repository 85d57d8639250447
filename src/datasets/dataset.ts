import type { Sample } from "../domain/dataset.ts";

/** A built-in set of samples, generated or read on first use. */
export interface BuiltinDataset {
  readonly name: string;
  readonly description: string;
  /** The number of samples by default. */
  readonly size: number;
  /**
   * Returns the samples in order. `settings` are the part of the name after the question mark
   * (`arithmetic?size=500&seed=3`). Throws BAD_REQUEST for an unknown setting or a bad value.
   */
  samples(settings: URLSearchParams): Iterable<Sample>;
}
