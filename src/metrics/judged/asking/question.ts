import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { ResponseFormat } from "../../../domain/completions/chat.ts";

/** One thing that a judge is asked, as data: what it is to do, and the form of its reply. */
export interface Question<Reply extends TObject = TObject> {
  /** Names the reply's form for the provider: `[a-z_]`. */
  readonly name: string;
  readonly task: string;
  readonly reply: Reply;
}

/** Why it decides so. Asked for before the verdict, so that it is thought of first; a reply may do without it. */
export const Reason = Type.Optional(Type.String({ description: "why, in one sentence" }));

/** One of several words, told to the provider and the judge; whether it is one is checked where it is read. */
export const OneOf = (words: readonly string[]) =>
  Type.String({ enum: [...words], description: words.join(" or ") });

/** The schema as providers enforce it: every property required, no other allowed. */
function strict(schema: TSchema): Record<string, unknown> {
  if (schema.type === "array") return { ...schema, items: strict(schema.items) };
  if (schema.type !== "object") return { ...schema };
  const properties = Object.entries<TSchema>(schema.properties);
  return {
    type: "object",
    properties: Object.fromEntries(properties.map(([name, property]) => [name, strict(property)])),
    required: properties.map(([name]) => name),
    additionalProperties: false,
  };
}

export const formatOf = ({ name, reply }: Question): ResponseFormat => ({
  type: "json_schema",
  json_schema: { name, schema: JSON.parse(JSON.stringify(strict(reply))), strict: true },
});

/** A reply drawn up in words: `{"verdict": "<yes or no>"}`. */
export function formOf(schema: TSchema): string {
  if (schema.type === "array") return `[${formOf(schema.items)}, …]`;
  if (schema.type !== "object") {
    const words = `<${schema.description}>`;
    return schema.type === "string" ? `"${words}"` : words;
  }
  const fields = Object.entries<TSchema>(schema.properties).map(
    ([name, property]) => `"${name}": ${formOf(property)}`,
  );
  return `{${fields.join(", ")}}`;
}

/** Twelve hexadecimal digits that change with anything that a judge is told, or that becomes of its reply. */
export const versionOf = (told: unknown): string => sha256(canonicalJson(told)).slice(0, 12);
