import { anchorOf, code, table } from "./markdown.ts";

/** The part of JSON Schema that the OpenAPI document uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  items?: JsonSchema | false;
  prefixItems?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const nameIn = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

/** A link to a named schema. */
const linkTo = (name: string): string => `[${name}](schemas.md#${anchorOf(name)})`;

/** The type of a value in a few words: `string`, `integer or null`, a link to a named schema. */
export function typeText(schema: JsonSchema): string {
  const { $ref, anyOf, allOf, items, prefixItems, additionalProperties } = schema;
  if ($ref) return linkTo(nameIn($ref));
  const options = anyOf ?? allOf;
  if (options) return [...new Set(options.map(typeText))].join(anyOf ? " or " : " and ");
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(", ");
  if ("const" in schema) return code(JSON.stringify(schema.const));
  if (prefixItems) return `[${prefixItems.map(typeText).join(", ")}]`;
  if (schema.type === "array") return `array of ${items ? typeText(items) : "anything"}`;
  if (schema.type === "object" && typeof additionalProperties === "object" && !schema.properties)
    return `map of ${typeText(additionalProperties)}`;
  return schema.type ?? "anything";
}

const range = (low: number | undefined, high: number | undefined, unit: string): string[] => {
  if (low === undefined && high === undefined) return [];
  const text =
    high === undefined ? `at least ${low}` : low === undefined ? `at most ${high}` : `${low} to ${high}`;
  if (low === high) return [`exactly ${low}${unit}`];
  return [text === "at least 1" ? `${text}${unit.replace(/s$/, "")}` : `${text}${unit}`];
};

/** The bounds and the default of a value, in a few words. */
export function limitsText(schema: JsonSchema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  return [
    ...range(minimum, maximum, ""),
    ...range(minLength, maxLength, " characters"),
    ...range(minItems, maxItems, " items"),
    ...(schema.default === undefined ? [] : [`default ${code(JSON.stringify(schema.default))}`]),
  ].join("; ");
}

/** The text with a full stop at its end. */
export const withStop = (text: string): string => (text === "" || /[.!?]$/.test(text) ? text : `${text}.`);

/** A name, such as `chrF` or `pass@1`, keeps its first letter. */
const BEGINS_WITH_NAME = /^\w*(?:[A-Z_]|:)/;

/** A sentence with its first letter large, unless it begins with a name, and a full stop. */
export const sentence = (text: string): string =>
  withStop(BEGINS_WITH_NAME.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

/** The object with fields inside a schema, and what its path adds: `[]` for the items of a list. */
function objectWithin(schema: JsonSchema): { suffix: string; object: JsonSchema } | null {
  if (schema.properties) return { suffix: "", object: schema };
  if (typeof schema.items === "object") {
    const inner = objectWithin(schema.items);
    return inner && { suffix: `[]${inner.suffix}`, object: inner.object };
  }
  for (const form of schema.anyOf ?? []) {
    const inner = objectWithin(form);
    if (inner) return inner;
  }
  return null;
}

const meaningOf = (schema: JsonSchema): string =>
  [sentence(schema.description ?? ""), sentence(limitsText(schema))].filter(Boolean).join(" ");

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix = ""): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = prefix + name;
    const inner = objectWithin(schema);
    return [
      [code(path), typeText(schema), required.includes(name) ? "yes" : "", meaningOf(schema)],
      ...(inner ? rowsOf(inner.object, `${path}${inner.suffix}.`) : []),
    ];
  });
}

/** A row for each field of an object, those of nested objects below their own. The empty text if it has none. */
export const fieldsTable = (schema: JsonSchema): string =>
  table(["field", "type", "required", "meaning"], rowsOf(schema));
