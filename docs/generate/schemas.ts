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
    "The named objects of the [REST API](rest.md). If a field is *required*, a body must have it, and an answer always has it. A name ends in its unit: `_ms` for milliseconds, `_usd` for US dollars, `_bytes` for bytes.",
    ...Object.entries(schemas)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(chapter),
  ]);
