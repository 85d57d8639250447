import { swagger } from "@elysiajs/swagger";
import { type AnyElysia, Elysia } from "elysia";
import { DATASET_BODY, EVENT_STREAM, PLUGIN_BODY } from "./bodies.ts";
import { ERROR, INFO, PAGE_PARAMETERS, SECURITY_SCHEMES, TAGS } from "./parts.ts";
import { nameSchemas, plainSchema, type Schema } from "./schemas.ts";
import { ERROR_TEXTS } from "./texts/errors.ts";
import { type OperationId, textOfOperation } from "./texts/index.ts";

type Parameter = Schema & { in: string; name: string };

interface RequestBody extends Schema {
  content: Schema;
}

interface Operation extends Schema {
  operationId: OperationId;
  parameters?: Parameter[];
  requestBody?: RequestBody;
  responses: Record<string, Schema>;
}

type Paths = Record<string, Record<string, Operation>>;

/** Keeps only JSON of the three content types that the plugin lists for every body: the server reads no other. */
const jsonOnly = ({ content, ...body }: RequestBody): RequestBody => ({
  ...body,
  content: { "application/json": content["application/json"] },
});

/** Adds the description of an operation's second successful answer. */
const withAnswer200 = (operation: Operation, answer: Schema): Operation => {
  const description = textOfOperation(operation.operationId).answers[200];
  return {
    ...operation,
    responses: { ...operation.responses, "200": { ...answer, description } },
  };
};

/** The route of an upload reads its body itself, because the body has two forms. 200 answers a repeated upload. */
const finishUpload = (upload: Operation, requestBody: RequestBody): Operation =>
  withAnswer200({ ...upload, requestBody }, { ...upload.responses["201"] });

function finishChat(chat: Operation): Operation {
  const { "200": answer } = chat.responses;
  const content = { ...(answer?.content as Schema | undefined), ...EVENT_STREAM };
  return { ...chat, responses: { ...chat.responses, "200": { ...answer, content } } };
}

const finishResume = ({ requestBody, ...resume }: Operation): Operation => ({
  ...resume,
  ...(requestBody ? { requestBody: { ...requestBody, required: false } } : {}),
});

/** Adds what the routes' own descriptions cannot express. */
const FINISHES: { readonly [Id in OperationId]?: (operation: Operation) => Operation } = {
  createDataset: (upload) => finishUpload(upload, DATASET_BODY),
  installPlugin: (upload) => finishUpload(upload, PLUGIN_BODY),
  createCompletion: (completion) => withAnswer200(completion, { content: EVENT_STREAM }),
  createChatCompletion: finishChat,
  resumeBenchmark: finishResume,
};

/** Adds the 413 that every operation with a body may answer, in the operation's own shape of errors. */
function withTooLarge(operation: Operation): Operation {
  const { "429": refusal, ...responses } = operation.responses;
  if (!operation.requestBody || !refusal) return operation;
  const tooLarge = { ...refusal, description: ERROR_TEXTS.PAYLOAD_TOO_LARGE };
  return { ...operation, responses: { ...responses, "413": tooLarge, "429": refusal } };
}

function finishOperation({ parameters = [], requestBody, ...operation }: Operation): Operation {
  const described = parameters.map((parameter) => ({ ...parameter, ...PAGE_PARAMETERS[parameter.name] }));
  const finished = {
    ...operation,
    ...(described.length > 0 ? { parameters: described } : {}),
    ...(requestBody ? { requestBody: jsonOnly(requestBody) } : {}),
  };
  return withTooLarge(FINISHES[operation.operationId]?.(finished) ?? finished);
}

const finishPaths = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path.replace(/(?<=.)\/$/, ""),
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, finishOperation(operation)]),
      ),
    ]),
  );

/** Returns the plugin's own document. Its routes stay on a separate app: its page would load scripts from a CDN. */
async function draft(routes: AnyElysia): Promise<{ paths: Paths }> {
  const app = new Elysia()
    .use(routes)
    .use(swagger({ path: "/page", specPath: "/draft", excludeStaticFile: false }));
  const response = await app.handle(new Request("http://localhost/draft"));
  return (await response.json()) as { paths: Paths };
}

/**
 * Returns the OpenAPI 3.1 document of all routes that are not hidden. Corrects and completes what
 * `@elysiajs/swagger` writes.
 */
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
