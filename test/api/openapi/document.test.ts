import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { VERSION } from "../../../src/base/version.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security?: object[];
  parameters?: { in: string; name: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}

interface OpenApi {
  openapi: string;
  info: { title: string; version: string; license: { identifier: string } };
  servers: { url: string }[];
  security: object[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

let server: TestServer;
let document: OpenApi;
beforeAll(async () => {
  server = await startServer();
  const { status, body } = await server.request<OpenApi>("GET", "/api-docs/openapi.json");
  expect(status).toBe(200);
  document = body;
});
afterAll(() => server.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
const operationOf = (name: string) => {
  const found = operations().find((each) => each.name === name);
  if (!found) throw new Error(`The document has no ${name}`);
  return found.operation;
};

/** Yields every object of the document, with its path. */
function* objectsIn(value: unknown, trail = "#"): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [trail, value as Record<string, unknown>];
  for (const [key, part] of Object.entries(value)) yield* objectsIn(part, `${trail}/${key}`);
}

async function faultsOf(source: object): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const problems = await lintFromString({ source: JSON.stringify(source), config });
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

describe("the document", () => {
  test("is OpenAPI 3.1, and passes the linter's strict rules", async () => {
    expect(document.openapi).toBe("3.1.0");
    expect(await faultsOf(document)).toEqual([]);
  });

  test("fails the linter if it is broken", async () => {
    const { get } = document.paths["/health"] ?? {};
    const broken = {
      ...document,
      paths: { "/health": { get: { ...get, responses: {} } }, "/{id}": { get } },
    };
    const faults = (await faultsOf(broken)).join("\n");
    expect(faults).toContain("path-parameters-defined");
    expect(faults).toContain("operation-operationId-unique");
  });

  test("has the version, the licence and the server", () => {
    expect(document.info).toMatchObject({ version: VERSION, license: { identifier: "Apache-2.0 OR MIT" } });
    expect(document.servers).toMatchObject([{ url: "/" }]);
  });

  test("has exactly the routes of the server that are not hidden", () => {
    const routes = server.server.app.routes
      .filter(({ method, hooks }) => method !== "WS" && hooks.detail?.hide !== true)
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}").replace(/(.)\/$/, "$1")}`);
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...new Set(routes)].sort());
    expect(routes.length).toBeGreaterThan(35);
  });

  test("has neither metrics nor sockets nor pages", () => {
    expect(
      Object.keys(document.paths).filter((path) => /metrics$|ws|graphql|swagger|docs/.test(path)),
    ).toEqual(["/v1/metrics"]);
  });

  test("is the same for every request", async () => {
    const again = await server.request<OpenApi>("GET", "/api-docs/openapi.json");
    expect(again.body).toEqual(document);
  });

  test("has only the system routes if REST is disabled", async () => {
    const without = await startServer({ enable_rest: false });
    const { body } = await without.request<OpenApi>("GET", "/api-docs/openapi.json");
    await without.stop();
    expect(Object.keys(body.paths)).toEqual(["/health", "/v1/health", "/ready"]);
    expect(await faultsOf(body)).toEqual([]);
  });
});

describe("an operation", () => {
  test("has one described tag, and each tag has operations", () => {
    const used = operations().map(({ operation }) => operation.tags);
    expect(used.every((tags) => tags.length === 1)).toBe(true);
    expect([...new Set(used.flat())].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  test("describes its answers, and its errors in one shape", () => {
    for (const { name, operation } of operations()) {
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect([name, status, description]).toEqual([name, status, expect.stringMatching(/\S/)]);
        if (Number(status) < 400) continue;
        const error = operation.tags[0] === "OpenAI" ? "OpenAiError" : "Error";
        const shape = { "application/json": { schema: { $ref: `#/components/schemas/${error}` } } };
        expect([name, status, content]).toEqual([name, status, shape]);
      }
      expect(Object.keys(operation.responses)).toContain("429");
    }
  });

  test("needs a token or a key, except the open ones", () => {
    expect(document.security).toEqual([{ bearer: [] }, { api_key: [] }]);
    expect(document.components.securitySchemes).toMatchObject({
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      api_key: { type: "apiKey", in: "header", name: "X-API-Key" },
    });
    const open = operations().filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ name }) => name).sort()).toEqual([
      "GET /health",
      "GET /ready",
      "GET /v1/health",
      "POST /v1/auth/login",
    ]);
  });

  test("takes only JSON, except the uploads", () => {
    const bodies = operations().flatMap(({ name, operation: { requestBody } }) =>
      requestBody ? [[name, ...Object.keys(requestBody.content)].join(" ")] : [],
    );
    const forms = bodies.filter((body) => !/^\S+ \S+ application\/json$/.test(body));
    expect(forms).toEqual([
      "POST /v1/datasets application/json multipart/form-data",
      "POST /v1/plugins application/json multipart/form-data",
    ]);
    expect(bodies.length).toBeGreaterThan(6);
  });

  test("of a list has the limits of its pages as numbers", () => {
    const { parameters } = operationOf("GET /v1/benchmarks");
    expect(parameters).toMatchObject([
      { in: "query", name: "page", required: false, schema: { type: "integer", minimum: 1, default: 1 } },
      {
        in: "query",
        name: "page_size",
        required: false,
        schema: { type: "integer", minimum: 1, maximum: 100, default: 20 },
      },
    ]);
  });

  test("describes the ids in its path", () => {
    for (const { name, operation } of operations().filter(({ name }) => name.includes("{id}"))) {
      const ids = operation.parameters?.filter((parameter) => parameter.in === "path");
      const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, id]) => id);
      expect([name, ids]).toMatchObject([
        name,
        named.map((id) => ({ name: id, required: true, schema: { type: "string" } })),
      ]);
    }
  });

  test("that uploads a dataset describes both its bodies and both successful answers", () => {
    const { requestBody, responses } = operationOf("POST /v1/datasets");
    expect(requestBody?.content["multipart/form-data"]?.schema).toMatchObject({
      required: ["file", "name"],
      properties: {
        file: { format: "binary" },
        format: { enum: ["jsonl", "csv", "parquet"] },
        mapping: {},
        shots: { format: "binary" },
      },
    });
    expect(requestBody?.content["application/json"]?.schema).toEqual({
      $ref: "#/components/schemas/CreateDataset",
    });
    expect(Object.keys(responses).slice(0, 2)).toEqual(["200", "201"]);
  });

  test("that installs a plugin describes both its bodies and both successful answers", () => {
    const { requestBody, responses } = operationOf("POST /v1/plugins");
    expect(requestBody?.content["multipart/form-data"]?.schema).toMatchObject({
      required: ["manifest", "file"],
      properties: { file: { format: "binary" }, manifest: { contentMediaType: "application/json" } },
    });
    expect(requestBody?.content["application/json"]?.schema).toEqual({
      $ref: "#/components/schemas/InstallPlugin",
    });
    expect(Object.keys(responses).slice(0, 2)).toEqual(["200", "201"]);
  });

  test.each(["POST /v1/completions", "POST /v1/chat/completions"])("%s may answer with a stream", (name) => {
    const { responses } = operationOf(name);
    expect(Object.keys(responses["200"]?.content ?? {})).toContain("text/event-stream");
  });

  test("describes its body", () => {
    const bodiless = operations().filter(
      ({ name, operation }) => /^(POST|PATCH)/.test(name) && !operation.requestBody,
    );
    expect(bodiless.map(({ name }) => name).sort()).toEqual([
      "POST /v1/auth/logout",
      "POST /v1/benchmarks/{id}/cancel",
      "POST /v1/datasets/{name}/fetch",
    ]);
    const optional = operations().filter(({ operation }) => operation.requestBody?.required === false);
    expect(optional.map(({ name }) => name)).toEqual(["POST /v1/benchmarks/{id}/resume"]);
  });
});

describe("a schema", () => {
  test("has only keywords of JSON Schema 2020-12, and none of TypeBox's workarounds", () => {
    const odd = [...objectsIn(document)].filter(
      ([, object]) =>
        object.type === "Date" ||
        ["integer", "numeric"].includes(String(object.format)) ||
        ["$id", "additionalItems", "patternProperties", "nullable"].some((word) => word in object) ||
        Array.isArray(object.items),
    );
    expect(odd.map(([trail]) => trail)).toEqual([]);
  });

  test("with several literals is an enum", () => {
    const unions = [...objectsIn(document)].filter(([, { anyOf }]) => Array.isArray(anyOf));
    const literals = unions.filter(([, { anyOf }]) =>
      (anyOf as object[]).every((option) => "const" in option),
    );
    expect(unions.length).toBeGreaterThan(10);
    expect(literals.map(([trail]) => trail)).toEqual([]);
    expect(document.components.schemas.Benchmark).toMatchObject({
      properties: {
        status: {
          type: "string",
          enum: ["pending", "running", "completed", "failed", "cancelled", "over_budget"],
        },
      },
    });
  });

  test("with a name is written once", () => {
    expect(operationOf("GET /v1/benchmarks/{id}").responses["200"]?.content).toEqual({
      "application/json": { schema: { $ref: "#/components/schemas/Benchmark" } },
    });
    const shapes = Object.values(document.components.schemas).map((schema) => JSON.stringify(schema));
    expect(new Set(shapes).size).toBe(shapes.length);
  });
});

/** The server does not check its answers against their descriptions at run time, so these tests do. */
describe("answers are as described:", () => {
  type Route = { method: string; path: string; hooks: { detail?: { responses?: object } } };

  function schemaOf(method: string, path: string, status: number): TSchema {
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/;
    const template = path.split("?")[0]?.replace(id, ":id").replace(id, ":other");
    const routes: Route[] = server.server.app.routes;
    const route = routes.find(
      (each) => each.method === method && each.path.replace(/(.)\/$/, "$1") === template,
    );
    const responses = route?.hooks.detail?.responses as
      | Record<number, Operation["responses"][string]>
      | undefined;
    const schema = responses?.[status]?.content["application/json"]?.schema;
    if (!schema) throw new Error(`${method} ${template} says nothing of ${status}`);
    return schema as TSchema;
  }

  /** Sends a request and returns the body. Fails unless the body has exactly the described fields. */
  async function described(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await server.request<Record<string, unknown>>(method, path, {
      token: server.token,
      ...(body ? { body } : {}),
    });
    const schema = schemaOf(method, path, answer.status);
    expect([path, [...Value.Errors(schema, answer.body)].map((fault) => fault.path)]).toEqual([path, []]);
    expect(Value.Clean(schema, structuredClone(answer.body))).toEqual(answer.body);
    return answer.body;
  }

  test("system", async () => {
    for (const path of ["/health", "/v1/health", "/ready", "/v1/auth/me"]) await described("GET", path);
  });

  test("accounts and keys", async () => {
    await described("POST", "/v1/auth/login", {
      username: "admin",
      password: "correct horse battery staple",
    });
    const user = await described("POST", "/v1/users", {
      username: "reader",
      password: "12345678",
      role: "viewer",
    });
    await described("GET", `/v1/users/${user.id}`);
    await described("PATCH", `/v1/users/${user.id}`, { disabled: true });
    await described("GET", "/v1/users");
    await described("DELETE", `/v1/users/${user.id}`);
    const key = await described("POST", "/v1/auth/api-keys", { name: "a key", role: "service" });
    await described("GET", `/v1/auth/api-keys/${key.id}`);
    await described("GET", "/v1/auth/api-keys");
    await described("DELETE", `/v1/auth/api-keys/${key.id}`);
  });

  test("completions and evaluations", async () => {
    const asked = { provider: "mock", model: "mock", prompt: "What is 2 + 2?", max_tokens: 50 };
    const completion = await described("POST", "/v1/completions", asked);
    await described("GET", `/v1/completions/${completion.request_id}`);
    await described("GET", "/v1/completions");
    const metrics = ["exact_match", "coherence"];
    const output = { provider: "mock", model: "mock", input: "2 + 2?", output: "4", expected: "4", metrics };
    const evaluation = await described("POST", "/v1/evaluations", output);
    await described("GET", `/v1/evaluations/${evaluation.evaluation_id}`);
    await described("GET", "/v1/evaluations");
  });

  test("datasets and benchmarks", async () => {
    const samples = [{ input: "What is 2 + 2?", expected: "4", metadata: { level: 1 } }];
    const dataset = await described("POST", "/v1/datasets", { name: "sums", samples });
    for (const path of ["", "/samples"]) await described("GET", `/v1/datasets/${dataset.dataset_id}${path}`);
    await described("GET", "/v1/datasets");
    const { benchmark_id } = await described("POST", "/v1/benchmarks", {
      name: "a benchmark",
      providers: [{ provider: "mock", model: "mock" }],
      dataset: "sums",
      metrics: ["accuracy", "latency", "cost"],
    });
    const read = () => described("GET", `/v1/benchmarks/${benchmark_id}`);
    await waitUntil(async () => (await read()).progress === 1);
    expect(await read()).toMatchObject({ status: "completed" });
    await described("GET", `/v1/benchmarks/${benchmark_id}/trials`);
    await described("GET", `/v1/benchmarks/${benchmark_id}/receipt`);
    await described("GET", `/v1/benchmarks/${benchmark_id}/receipt/${benchmark_id}`);
    await described("GET", "/v1/benchmarks");
    await described("DELETE", `/v1/benchmarks/${benchmark_id}`);
    await described("DELETE", `/v1/datasets/${dataset.dataset_id}`);
  });

  test("catalogues and plugins", async () => {
    for (const path of ["/v1/providers", "/v1/metrics", "/v1/models", "/v1/plugins"])
      await described("GET", path);
  });

  test("and the end of a session", async () => {
    await described("POST", "/v1/auth/logout");
  });
});
