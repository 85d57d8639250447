import { swagger } from "@elysiajs/swagger";
import { type AnyElysia, Elysia } from "elysia";
import { CHAT_STREAM, COMPLETION_STREAM, DATASET_BODY, PLUGIN_BODY } from "./bodies.ts";
import { ERROR, INFO, PAGE_PARAMETERS, SECURITY_SCHEMES, TAGS } from "./parts.ts";
import { nameSchemas, plainSchema, type Schema } from "./schemas.ts";

type Parameter = Schema & { in: string; name: string };

interface RequestBody extends Schema {
  content: Schema;
}

interface Operation extends Schema {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: RequestBody;
  responses: Record<string, Schema>;
}

type Paths = Record<string, Record<string, Operation>>;

/** Of the three content types that the plugin lists for every body, the one that is read. */
const jsonOnly = ({ content, ...body }: RequestBody): RequestBody => ({
  ...body,
  content: { "application/json": content["application/json"] },
});

/** `getV1AuthApi-keys` is no name in any language. */
const identifier = (operationId: string): string =>
  operationId.replace(/[^A-Za-z0-9]+(.)/g, (_, next: string) => next.toUpperCase());

function finishOperation({ operationId, parameters = [], requestBody, ...operation }: Operation): Operation {
  const described = parameters.map((parameter) => ({ ...parameter, ...PAGE_PARAMETERS[parameter.name] }));
  return {
    operationId: identifier(operationId),
    ...operation,
    ...(described.length > 0 ? { parameters: described } : {}),
    ...(requestBody ? { requestBody: jsonOnly(requestBody) } : {}),
  };
}

/** An upload's route reads its body itself, because it has two forms, and answers 200 for what is there already. */
function finishUpload(upload: Operation, requestBody: RequestBody): Operation {
  const known = { ...upload.responses["201"], description: "It was there already." };
  return { ...upload, requestBody, responses: { ...upload.responses, "200": known } };
}

function withStream(operation: Operation): Operation {
  const { "200": whole, ...others } = operation.responses;
  const content = { ...(whole?.content as Schema | undefined), ...CHAT_STREAM };
  return { ...operation, responses: { ...others, "200": { ...whole, content } } };
}

/** What the routes' own descriptions can't say, by path; of POST. */
const FINISHES: Readonly<Record<string, (operation: Operation) => Operation>> = {
  "/v1/datasets": (upload) => finishUpload(upload, DATASET_BODY),
  "/v1/plugins": (upload) => finishUpload(upload, PLUGIN_BODY),
  "/v1/completions": (asking) => ({
    ...asking,
    responses: { ...asking.responses, "200": COMPLETION_STREAM },
  }),
  "/v1/chat/completions": withStream,
  "/v1/benchmarks/{id}/resume": ({ requestBody, ...resuming }) => ({
    ...resuming,
    ...(requestBody ? { requestBody: { ...requestBody, required: false } } : {}),
  }),
};

function finishPaths(paths: Paths): Paths {
  const finished: Paths = {};
  for (const [path, operations] of Object.entries(paths)) {
    const done = Object.entries(operations).map(([method, operation]) => [
      method,
      finishOperation(operation),
    ]);
    finished[path.replace(/(?<=.)\/$/, "")] = Object.fromEntries(done);
  }
  for (const [path, finish] of Object.entries(FINISHES)) {
    const operations = finished[path];
    if (operations?.post) operations.post = finish(operations.post);
  }
  return finished;
}

/** The plugin's own document. Its routes stay on an app that nobody reaches: its page would load from a CDN. */
async function draft(routes: AnyElysia): Promise<{ paths: Paths }> {
  const app = new Elysia()
    .use(routes)
    .use(swagger({ path: "/page", specPath: "/draft", excludeStaticFile: false }));
  const response = await app.handle(new Request("http://localhost/draft"));
  return (await response.json()) as { paths: Paths };
}

/** The OpenAPI 3.1 document of all routes that are not hidden. What the plugin leaves open or gets wrong is settled here. */
export async function describeApi(routes: AnyElysia): Promise<Schema> {
  const paths = finishPaths((await draft(routes)).paths);
  const { document, schemas } = nameSchemas(plainSchema(paths));
  return {
    openapi: "3.1.0",
    info: INFO,
    servers: [{ url: "/", description: "This server." }],
    security: [{ bearer: [] }, { api_key: [] }],
    tags: TAGS,
    paths: document,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: { ...schemas, Error: ERROR } },
  };
}
