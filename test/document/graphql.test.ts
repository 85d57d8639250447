import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DocumentServer, installCustomEvaluator, startDocumentServer } from "../support/document.ts";
import { ISO_TIME, UUID } from "../support/server/envelope.ts";

/** The document's GraphQL examples as they are printed. */
let server: DocumentServer;
let plugin_id: string;
beforeAll(async () => {
  server = await startDocumentServer();
  plugin_id = await installCustomEvaluator(server);
});
afterAll(() => server.stop());

const query = async (text: string, variables?: object) => {
  const { status, body } = await server.asUser("POST", "/graphql", {
    query: text,
    ...(variables ? { variables } : {}),
  });
  return { status, body };
};

const text = expect.any(String);
const uuid = expect.stringMatching(UUID);
const time = expect.stringMatching(ISO_TIME);

describe("Example Queries", () => {
  test("Get Version and Health", async () => {
    const answer = await query(`query {
  version
  health
}`);
    expect(answer).toEqual({ status: 200, body: { data: { version: text, health: true } } });
  });

  test("List Plugins", async () => {
    const answer = await query(`query {
  plugins {
    id
    name
    version
    pluginType
    status
  }
}`);
    const custom = { name: "custom-evaluator", version: "1.0.0", pluginType: "evaluator", status: "ready" };
    expect(answer).toEqual({ status: 200, body: { data: { plugins: [{ id: plugin_id, ...custom }] } } });
  });

  test("a plugin by its id", async () => {
    const answer = await query(`{ plugin(id: "${plugin_id}") { id name } }`);
    expect(answer.body).toEqual({ data: { plugin: { id: plugin_id, name: "custom-evaluator" } } });
  });

  test("a plugin that is not there is null", async () => {
    const answer = await query('{ plugin(id: "550e8400-e29b-41d4-a716-446655440000") { id name } }');
    expect(answer).toMatchObject({ status: 200, body: { data: { plugin: null } } });
  });

  test("Create Completion", async () => {
    const answer = await query(`mutation {
  createCompletion(input: {
    provider: "openai"
    model: "gpt-4"
    prompt: "What is the capital of France?"
    maxTokens: 100
  }) {
    text
    model
    requestId
    createdAt
  }
}`);
    expect(answer).toEqual({
      status: 200,
      body: {
        data: {
          createCompletion: {
            text: "The capital of France is Paris.",
            model: "gpt-4",
            requestId: uuid,
            createdAt: time,
          },
        },
      },
    });
  });

  test("Create Evaluation", async () => {
    const answer = await query(`mutation {
  createEvaluation(input: {
    provider: "openai"
    model: "gpt-4"
    input: "What is 2+2?"
    output: "The answer is 4."
    expected: "4"
    metrics: ["faithfulness", "relevance"]
  }) {
    score
    evaluationId
    createdAt
  }
}`);
    const score = expect.any(Number);
    expect(answer).toEqual({
      status: 200,
      body: { data: { createEvaluation: { score, evaluationId: uuid, createdAt: time } } },
    });
  });

  test("what was made over GraphQL is read back over REST", async () => {
    const { body } = await server.asUser("GET", "/v1/completions?page_size=1");
    expect(body).toMatchObject({ total: 1, items: [{ text: "The capital of France is Paris." }] });
  });
});

describe("the requests of the Python client", () => {
  test("Query example", async () => {
    const answer = await query(`
    query {
        version
        health
        plugins {
            id
            name
            version
        }
    }
`);
    expect(answer).toEqual({
      status: 200,
      body: {
        data: {
          version: text,
          health: true,
          plugins: [{ id: plugin_id, name: "custom-evaluator", version: "1.0.0" }],
        },
      },
    });
  });

  test("Mutation example", async () => {
    const answer = await query(
      `
    mutation($input: CompletionInput!) {
        createCompletion(input: $input) {
            text
            model
            requestId
        }
    }
`,
      { input: { provider: "openai", model: "gpt-4", prompt: "Hello, world!", maxTokens: 50 } },
    );
    const createCompletion = { text: "Hello to you.", model: "gpt-4", requestId: uuid };
    expect(answer).toEqual({ status: 200, body: { data: { createCompletion } } });
  });
});

describe("the schema", () => {
  interface Type {
    name: string;
    fields: { name: string; type: Shape; args: { name: string; type: Shape }[] }[] | null;
    inputFields: { name: string; type: Shape }[] | null;
  }
  interface Shape {
    kind: string;
    name: string | null;
    ofType: Shape | null;
  }
  const written = ({ kind, name, ofType }: Shape): string => {
    if (!ofType) return name ?? "";
    return kind === "NON_NULL" ? `${written(ofType)}!` : `[${written(ofType)}]`;
  };

  const SCHEMA: Record<string, Record<string, string>> = {
    Query: { version: "String!", health: "Boolean!", plugins: "[PluginNode!]!", plugin: "PluginNode" },
    Mutation: { createCompletion: "CompletionResult!", createEvaluation: "EvaluationResult!" },
    CompletionInput: {
      provider: "String!",
      model: "String!",
      prompt: "String!",
      maxTokens: "Int",
      temperature: "Float",
    },
    CompletionResult: { text: "String!", model: "String!", requestId: "String!", createdAt: "DateTime!" },
    EvaluationInput: {
      provider: "String!",
      model: "String!",
      input: "String!",
      output: "String!",
      expected: "String",
      metrics: "[String!]!",
    },
    EvaluationResult: { score: "Float!", evaluationId: "String!", createdAt: "DateTime!" },
    PluginNode: {
      id: "String!",
      name: "String!",
      version: "String!",
      pluginType: "String!",
      status: "String!",
    },
  };

  test("has every type of the document, field by field", async () => {
    const shape = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { name } } } }";
    const { body } = await server.asUser<{ data: { __schema: { types: Type[] } } }>("POST", "/graphql", {
      query: `{ __schema { types { name
        fields { name type { ${shape} } args { name type { ${shape} } } }
        inputFields { name type { ${shape} } } } } }`,
    });
    const types = new Map(body.data.__schema.types.map((type) => [type.name, type]));
    const found = Object.fromEntries(
      Object.keys(SCHEMA).map((name) => {
        const { fields, inputFields } = types.get(name) ?? { fields: null, inputFields: null };
        return [
          name,
          Object.fromEntries((fields ?? inputFields ?? []).map((field) => [field.name, written(field.type)])),
        ];
      }),
    );
    expect(found).toMatchObject(SCHEMA);
    const plugin = types.get("Query")?.fields?.find(({ name }) => name === "plugin");
    expect(plugin?.args.map(({ name, type }) => `${name}: ${written(type)}`)).toEqual(["id: String!"]);
  });

  test("GraphiQL answers a browser at the same address", async () => {
    const { status, headers, body } = await server.request<string>("GET", "/graphql", {
      headers: { accept: "text/html,application/xhtml+xml" },
    });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toStartWith("text/html");
    expect(body.toLowerCase()).toContain("graphiql");
  });
});
