import { AUTHENTICATION } from "./authentication.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { CATALOGUES } from "./catalogues.ts";
import { COMPLETIONS } from "./completions.ts";
import { DATASETS } from "./datasets.ts";
import { EVALUATIONS } from "./evaluations.ts";
import type { NounTexts, OperationText } from "./noun-texts.ts";
import { OPENAI } from "./openai.ts";
import { PLUGINS } from "./plugins.ts";
import { SYSTEM } from "./system.ts";
import { USERS } from "./users.ts";

/** All nouns, in the order in which the OpenAPI document lists their tags. */
export const NOUNS = [
  SYSTEM,
  AUTHENTICATION,
  USERS,
  COMPLETIONS,
  OPENAI,
  EVALUATIONS,
  BENCHMARKS,
  DATASETS,
  PLUGINS,
  CATALOGUES,
] as const satisfies readonly NounTexts[];

type KeysOfEach<Part> = Part extends unknown ? keyof Part : never;

/** The name of an operation: a verb and a noun, such as `createBenchmark`. */
export type OperationId = KeysOfEach<(typeof NOUNS)[number]["operations"]>;

const TEXTS: ReadonlyMap<string, OperationText & { tag: string }> = new Map(
  NOUNS.flatMap(({ tag, operations }) =>
    Object.entries<OperationText>(operations).map(([id, text]) => [id, { tag, ...text }]),
  ),
);

/** Returns the prose of an operation, and the tag that it belongs to. */
export function textOfOperation(operation: OperationId): OperationText & { tag: string } {
  const text = TEXTS.get(operation);
  if (!text) throw new Error(`The OpenAPI document has no text for the operation ${operation}.`);
  return text;
}
