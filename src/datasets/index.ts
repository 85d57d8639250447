import type { Sample } from "../domain/dataset.ts";
import type { BuiltinDataset } from "./dataset.ts";
import { arithmetic } from "./sets/arithmetic.ts";
import { starter } from "./sets/starter.ts";

const BUILTINS = { starter, arithmetic } satisfies Record<string, BuiltinDataset>;

/** The built-in sets. */
export const builtins: readonly BuiltinDataset[] = Object.values(BUILTINS);

/** A built-in set with the settings in its name. */
export interface ConfiguredDataset {
  dataset: BuiltinDataset;
  samples(): Iterable<Sample>;
}

/**
 * Returns the built-in set of a name such as `starter` or `arithmetic?size=500&seed=3`; undefined for any other
 * name. `samples` reads the settings, and throws BAD_REQUEST for bad ones.
 */
export function findBuiltin(name: string): ConfiguredDataset | undefined {
  const [base, ...rest] = name.split("?");
  const dataset = builtins.find((builtin) => builtin.name === base);
  const settings = new URLSearchParams(rest.join("?"));
  return dataset && { dataset, samples: () => dataset.samples(settings) };
}
