import { page } from "./markdown.ts";
import { fieldsTable, type JsonSchema, sentence, typeText } from "./schema-text.ts";

const chapter = ([name, schema]: [string, JsonSchema]): string[] => [
  `## ${name}`,
  sentence(schema.description ?? ""),
  fieldsTable(schema) || sentence(typeText(schema)),
];

/** `docs/reference/schemas.md`: the bodies and answers of the REST API. */
export const schemasPage = (schemas: Readonly<Record<string, JsonSchema>>): string =>
  page("REST bodies and answers", [
    "The named objects of the [REST API](rest.md). *Required*: a body must have the field, and an answer always has it. Units are part of a name: `_ms` is milliseconds, `_usd` US dollars, `_bytes` bytes.",
    ...Object.entries(schemas)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(chapter),
  ]);
