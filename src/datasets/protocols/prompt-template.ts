import { letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";

/** A prompt of the caller's own, made of a sample's fields. */
export interface PromptTemplate {
  /** The fields that it names, each once. */
  readonly fields: readonly string[];
  render(sample: Sample): string;
}

/** What a template may name beside metadata. Not `expected`: a prompt that tells the answer asks nothing. */
export const TEMPLATE_FIELDS = ["input", "choices", "context", "group", "id"] as const;

const METADATA = "metadata.";
/** Four braces in a row are two literal ones; two are the marks of a field. */
const PLACE = /\{{4}|\}{4}|\{\{([^{}]*)\}\}/g;

const isOwnField = (name: string): boolean => (TEMPLATE_FIELDS as readonly string[]).includes(name);

/** Where in a sample a field stands: a field of its own, or a key of its metadata (with or without the prefix). */
export const placeOf = (name: string): { metadata: boolean; key: string } =>
  isOwnField(name)
    ? { metadata: false, key: name }
    : { metadata: true, key: name.startsWith(METADATA) ? name.slice(METADATA.length) : name };

const shown = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** Lettered choices a line each, context a paragraph each; other values as they are, in JSON if they are no text. */
function fieldOf(sample: Sample, name: string): string {
  const { metadata, key } = placeOf(name);
  if (metadata)
    return shown(sample.metadata && Object.hasOwn(sample.metadata, key) ? sample.metadata[key] : "");
  if (key === "choices")
    return (sample.choices ?? []).map((choice, index) => `${letterOf(index)}) ${choice}`).join("\n");
  if (key === "context") return (sample.context ?? []).join("\n\n");
  return shown(sample[key as "input" | "group" | "id"]);
}

const LITERAL: Readonly<Record<string, string>> = { "{{{{": "{{", "}}}}": "}}" };

/**
 * Reads a text with `{{field}}` in it; blanks inside the braces don't matter. `{{{{` and `}}}}` are literal pairs of braces.
 * The values of a sample's fields are inserted as they are, and not searched for braces again.
 */
export function readTemplate(text: string): PromptTemplate {
  const named = [...text.matchAll(PLACE)].flatMap(([, name]) => (name === undefined ? [] : [name.trim()]));
  return {
    fields: [...new Set(named)],
    render: (sample) =>
      text.replace(PLACE, (place, name: string | undefined) =>
        name === undefined ? (LITERAL[place] ?? place) : fieldOf(sample, name.trim()),
      ),
  };
}
