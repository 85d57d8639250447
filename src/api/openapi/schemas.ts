import { canonicalJson } from "../../base/hash.ts";
import * as account from "../../domain/account.ts";
import * as benchmark from "../../domain/benchmarks/benchmark.ts";
import * as results from "../../domain/benchmarks/benchmark-results.ts";
import * as comparison from "../../domain/benchmarks/comparison.ts";
import * as receipt from "../../domain/benchmarks/receipt.ts";
import * as run from "../../domain/benchmarks/run.ts";
import * as trial from "../../domain/benchmarks/trial.ts";
import * as completion from "../../domain/completions/completion.ts";
import * as openAiAnswer from "../../domain/completions/openai-answer.ts";
import * as openAiChat from "../../domain/completions/openai-chat.ts";
import * as dataset from "../../domain/dataset.ts";
import * as evaluation from "../../domain/evaluation.ts";
import * as health from "../../domain/health.ts";
import * as metric from "../../domain/metric.ts";
import * as model from "../../domain/model.ts";
import * as plugin from "../../domain/plugin.ts";
import * as price from "../../domain/price.ts";
import * as provider from "../../domain/provider.ts";

/** A JSON Schema, or any other object of the document. */
export interface Schema {
  [keyword: string]: unknown;
}

const DOMAIN: Readonly<Record<string, unknown>> = {
  ...account,
  ...benchmark,
  ...comparison,
  ...completion,
  ...dataset,
  ...evaluation,
  ...health,
  ...metric,
  ...model,
  ...openAiAnswer,
  ...openAiChat,
  ...plugin,
  ...price,
  ...provider,
  ...receipt,
  ...results,
  ...run,
  ...trial,
};

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Applies `change` to each item of an array or each field of an object. */
const mapParts = (value: unknown, change: (part: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map(change);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
};

/** Tells whether this is the textual option that Elysia adds to a number for query strings. JSON needs none. */
const isTextualNumber = (option: Schema): boolean =>
  option.type === "string" && (option.format === "integer" || option.format === "numeric");

function plainUnion({ anyOf, ...rest }: Schema, options: Schema[]): Schema {
  const kept = options.filter((option) => !isTextualNumber(option));
  const [only] = kept;
  if (kept.length === 1 && only) return { ...only, ...rest };
  const types = new Set(kept.map(({ type }) => type));
  const isEnum = types.size === 1 && kept.every((option) => "const" in option);
  return isEnum
    ? { type: only?.type, enum: kept.map((option) => option.const), ...rest }
    : { anyOf: kept, ...rest };
}

/**
 * Rewrites a TypeBox schema with the JSON Schema 2020-12 keywords that code generators know: literals become `enum`,
 * records `additionalProperties`, and tuples `prefixItems`.
 */
export function plainSchema(value: unknown): unknown {
  const schema = mapParts(value, plainSchema);
  if (!isObject(schema)) return schema;
  const { anyOf, patternProperties, items, additionalItems: _, ...rest } = schema;
  if (Array.isArray(anyOf)) return plainUnion(schema, anyOf);
  if (isObject(patternProperties))
    return { ...rest, additionalProperties: Object.values(patternProperties)[0] };
  if (Array.isArray(items)) return { ...rest, prefixItems: items, items: false };
  return schema;
}

const isObjectSchema = (value: unknown): value is Schema => isObject(value) && value.type === "object";

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const namedSchemas = () =>
  Object.entries(DOMAIN)
    .filter(([, value]) => isObjectSchema(value))
    .map(([name, value]) => [name, plainSchema(asJson(value))] as const);

/**
 * Replaces every schema that the domain names by a reference. Returns the changed document, and the named schemas
 * that it refers to.
 */
export function nameSchemas(document: unknown): { document: unknown; schemas: Record<string, unknown> } {
  const names = new Map(namedSchemas().map(([name, schema]) => [canonicalJson(schema), name]));
  const schemas: Record<string, unknown> = {};

  function refer(value: unknown): unknown {
    const name = isObjectSchema(value) ? names.get(canonicalJson(value)) : undefined;
    if (name === undefined) return mapParts(value, refer);
    schemas[name] ??= mapParts(value, refer);
    return { $ref: `#/components/schemas/${name}` };
  }

  return { document: refer(document), schemas };
}
