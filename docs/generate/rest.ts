import { code, page, table } from "./markdown.ts";
import { fieldsTable, type JsonSchema, limitsText, sentence, typeText } from "./schema-text.ts";

interface Content {
  [type: string]: { schema?: JsonSchema };
}

interface Operation {
  tags: readonly string[];
  summary: string;
  description?: string;
  security?: readonly object[];
  parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: JsonSchema;
    description?: string;
  }[];
  requestBody?: { required?: boolean; content: Content };
  responses: Readonly<Record<string, { description?: string; content?: Content }>>;
}

export interface OpenApi {
  tags: readonly { name: string; description: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, JsonSchema>> };
}

/** Answers that every operation may give; they are explained once. */
const EVERYWHERE = new Set(["400", "401", "403", "413", "429", "500", "503"]);

/** What is in a page of a list; undefined for anything else. */
const itemsOf = ({ properties }: JsonSchema): JsonSchema | undefined => {
  const items = properties?.total_pages ? properties.items?.items : undefined;
  return typeof items === "object" ? items : undefined;
};

function bodyText(type: string, schema: JsonSchema = {}): string {
  if (type !== "application/json") return code(type);
  const item = itemsOf(schema);
  return item ? `a page of ${typeText(item)}` : schema.properties ? "the fields below" : typeText(schema);
}

const contentText = (content: Content = {}): string =>
  Object.entries(content)
    .map(([type, { schema }]) => bodyText(type, schema))
    .join(", or ");

/** The fields of bodies that have no name of their own. */
const unnamedFields = (content: Content = {}): string[] =>
  Object.values(content)
    .map(({ schema = {} }) => (itemsOf(schema) ? "" : fieldsTable(schema)))
    .filter(Boolean);

const parametersTable = ({ parameters = [] }: Operation): string =>
  table(
    ["parameter", "in", "type", "meaning"],
    parameters.map(({ name, in: place, required, schema, description = schema.description ?? "" }) => [
      code(name),
      place,
      typeText(schema),
      [sentence(description), sentence(limitsText(schema)), required && place === "query" ? "Required." : ""]
        .filter(Boolean)
        .join(" "),
    ]),
  );

function answersText({ responses }: Operation): string {
  const answers = Object.entries(responses)
    .filter(([status]) => !EVERYWHERE.has(status))
    .map(([status, { content, description = "" }]) => {
      const what = contentText(content) || sentence(description);
      return `${status}${what ? ` ${what}` : ""}`;
    });
  return `Answers: ${answers.join("; ")}.`.replace(/\.\.$/, ".");
}

function chapter(path: string, method: string, operation: Operation): string[] {
  const { summary, description = "", requestBody, security } = operation;
  return [
    `### ${code(`${method.toUpperCase()} ${path}`)}`,
    [sentence(summary), description].filter(Boolean).join(" "),
    security?.length === 0 ? "Needs no authentication." : "",
    parametersTable(operation),
    requestBody ? `Body: ${contentText(requestBody.content)}.` : "",
    ...unnamedFields(requestBody?.content),
    answersText(operation),
    ...Object.values(operation.responses).flatMap(({ content }) => unnamedFields(content)),
  ];
}

/** `docs/reference/rest.md`. */
export function restPage({ tags, paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return page("REST", [
    "The server serves this document as OpenAPI 3.1 at `/api-docs/openapi.json`, and as a page at `/swagger-ui`. `llm-test-bench openapi` prints it.",
    "Send `Authorization: Bearer <token>` with a token of `POST /v1/auth/login`, or an API key as `X-API-Key` (a Bearer token that begins with `ltb_` is an API key, too). Lists take `page` and `page_size`. All errors have the same form: see [errors](errors.md). Each answer has the headers `X-Request-Id` and `X-API-Version`.",
    ...tags.flatMap(({ name, description }) => [
      `## ${name}`,
      sentence(description),
      ...operations
        .filter(({ operation }) => operation.tags.includes(name))
        .flatMap(({ path, method, operation }) => chapter(path, method, operation)),
    ]),
  ]);
}
