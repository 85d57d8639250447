import type { Sample } from "../domain/dataset.ts";
import type { BuiltinDataset } from "./dataset.ts";
import { arithmetic } from "./sets/arithmetic.ts";
import { starter } from "./sets/starter.ts";

const BUILTINS = { starter, arithmetic } satisfies Record<string, BuiltinDataset>;

/** The sets that ship with the server. */
export const builtins: readonly BuiltinDataset[] = Object.values(BUILTINS);

/** A built-in set together with the settings that its name was given. */
export interface ConfiguredDataset {
  dataset: BuiltinDataset;
  samples(): Iterable<Sample>;
}

/**
 * The built-in set a name means, such as `starter` or `arithmetic?size=500&seed=3`; undefined for a name that is
 * none of theirs. Settings are read when `samples` is called, which throws BAD_REQUEST for bad ones.
 */
export function findBuiltin(name: string): ConfiguredDataset | undefined {
  const [base, ...rest] = name.split("?");
  const dataset = builtins.find((builtin) => builtin.name === base);
  const settings = new URLSearchParams(rest.join("?"));
  return dataset && { dataset, samples: () => dataset.samples(settings) };
}
