import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { ResponseFormat } from "../../../domain/completions/chat.ts";

/** One question to a judge, as data: its task, and the form of its reply. */
export interface Question<Reply extends TObject = TObject> {
  /** The name of the reply's form for the provider: `[a-z_]`. */
  readonly name: string;
  readonly task: string;
  readonly reply: Reply;
}

/**
 * The reason for a verdict. It is asked for before the verdict, so that the judge thinks first; it may be missing.
 */
export const Reason = Type.Optional(Type.String({ description: "why, in one sentence" }));

/** One of several words. The provider and the judge receive the list; the reader of the reply checks the word. */
export const OneOf = (words: readonly string[]) =>
  Type.String({ enum: [...words], description: words.join(" or ") });

/** The schema in the form that providers enforce: every property required, no other allowed. */
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

/** The form of a reply in words: `{"verdict": "<yes or no>"}`. */
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

/** Returns twelve hexadecimal digits that change with any text a judge receives and with how its reply is scored. */
export const versionOf = (content: unknown): string => sha256(canonicalJson(content)).slice(0, 12);
