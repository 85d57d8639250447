import type { Sample } from "../domain/dataset.ts";

/** A set of samples that ships with the server, made or read when it is first used. */
export interface BuiltinDataset {
  readonly name: string;
  readonly description: string;
  /** How many samples it has by default. */
  readonly size: number;
  /**
   * The samples in order. `settings` are what stands behind the question mark of the name
   * (`arithmetic?size=500&seed=3`); an unknown setting or a bad value is BAD_REQUEST.
   */
  samples(settings: URLSearchParams): Iterable<Sample>;
}
