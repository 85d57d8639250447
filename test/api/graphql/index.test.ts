import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  buildClientSchema,
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printType,
} from "graphql";
import type { EvaluationRecord } from "../../../src/domain/evaluation.ts";
import { plugins } from "../../../src/store/schema/index.ts";
import { insertInto } from "../../../src/store/statement.ts";
import { createKey, createUser } from "../../support/cast.ts";
import { pluginRow } from "../../support/rows.ts";
import { type Envelope, expectRefused, ISO_TIME, UUID } from "../../support/server/envelope.ts";
import { ask, dataOf, errorOf } from "../../support/server/graphql.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream } from "../../support/upstream/index.ts";

/** The API document's schema, with a definition of DateTime, which the document omits. */
const DOCUMENT_SDL = `
  type Query { version: String!  health: Boolean!  plugins: [PluginNode!]!  plugin(id: String!): PluginNode }
  type Mutation {
    createCompletion(input: CompletionInput!): CompletionResult!
    createEvaluation(input: EvaluationInput!): EvaluationResult!
  }
  input CompletionInput { provider: String!  model: String!  prompt: String!  maxTokens: Int  temperature: Float }
  type CompletionResult { text: String!  model: String!  requestId: String!  createdAt: DateTime! }
  input EvaluationInput {
    provider: String!  model: String!  input: String!  output: String!  expected: String  metrics: [String!]!
  }
  type EvaluationResult { score: Float!  evaluationId: String!  createdAt: DateTime! }
  type PluginNode { id: String!  name: String!  version: String!  pluginType: String!  status: String! }
  "An ISO 8601 time in UTC."
  scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time")
`;

const CREATE_COMPLETION = `mutation ($input: CompletionInput!) {
  createCompletion(input: $input) { text model requestId createdAt }
}`;
const CREATE_EVALUATION = `mutation ($input: EvaluationInput!) {
  createEvaluation(input: $input) { score evaluationId createdAt }
}`;

const COMPLETION = { provider: "openai", model: "gpt-4", prompt: "What is AI?" };
const EVALUATION = { provider: "openai", model: "gpt-4", input: "What is 2+2?", output: "4" };

let upstream: Upstream;
let server: TestServer;
let viewer: string;
beforeAll(async () => {
  upstream = createUpstream({
    fault: () => (failing ? { status: 400, message: "no such model" } : undefined),
  });
  server = await startServer({ openai_api_key: "sk-openai", openai_base_url: `${upstream.url}/v1` });
  viewer = (await createUser(server, "viewer@example.com", "viewer")).token;
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

let failing = false;

const asAdmin = (query: string, variables?: object) => ask(server, query, variables, { token: server.token });
const complete = (input: object) => asAdmin(CREATE_COMPLETION, { input: { ...COMPLETION, ...input } });
const evaluate = (input: object) => asAdmin(CREATE_EVALUATION, { input: { ...EVALUATION, ...input } });

describe("the schema", () => {
  const printed = (type: GraphQLNamedType | undefined) => (type ? printType(type) : "");
  /** Returns a type's printed fields, in their order. */
  const fieldsOf = (type: GraphQLNamedType | undefined): string[] =>
    printed(type)
      .split("\n")
      .filter((line) => line.startsWith("  "));
  const served = async (): Promise<GraphQLSchema> => {
    const answer = await ask(server, getIntrospectionQuery({ specifiedByUrl: true }));
    return buildClientSchema(dataOf<IntrospectionQuery>(answer));
  };
  const document = buildSchema(DOCUMENT_SDL);
  const names = Object.keys(document.getTypeMap()).filter((name) => !name.startsWith("__"));

  test("has the API document's types, with its fields first and in its order", async () => {
    const schema = await served();
    for (const name of names) {
      const wanted = fieldsOf(document.getType(name));
      expect([name, fieldsOf(schema.getType(name)).slice(0, wanted.length)]).toEqual([name, wanted]);
    }
    expect(printed(schema.getType("DateTime"))).toBe(printed(document.getType("DateTime")));
  });

  test("requires no input field that the API document does not require", async () => {
    const schema = await served();
    for (const name of ["CompletionInput", "EvaluationInput"]) {
      const beyond = fieldsOf(schema.getType(name)).slice(fieldsOf(document.getType(name)).length);
      expect(beyond.filter((field) => field.endsWith("!"))).toEqual([]);
    }
  });
});

describe("credentials", () => {
  test("version and health need none", async () => {
    const { body } = await server.request<{ version: string }>("GET", "/health");
    const data = dataOf(await ask(server, "query { version health }"));
    expect(data).toEqual({ version: body.version, health: true });
  });

  test.each([
    ["plugins", "{ plugins { id } }", {}],
    ["plugin", '{ plugin(id: "x") { id } }', {}],
    ["createCompletion", CREATE_COMPLETION, { input: COMPLETION }],
    ["createEvaluation", CREATE_EVALUATION, { input: { ...EVALUATION, metrics: ["coherence"] } }],
  ])("%s needs them", async (field, query, variables) => {
    const error = errorOf(await ask(server, query, variables), "UNAUTHORIZED");
    expect(error.path).toEqual([field]);
  });

  test("public fields are answered even if the other fields are refused", async () => {
    const answer = await ask(server, '{ version plugin(id: "x") { id } }');
    errorOf(answer, "UNAUTHORIZED");
    expect(answer.body.data).toEqual({ version: expect.any(String), plugin: null });
  });

  test("wrong ones are refused for every query", async () => {
    const answer = await server.request<Envelope>("POST", "/graphql", {
      token: "not-a-token",
      body: { query: "{ version }" },
    });
    expectRefused(answer, "UNAUTHORIZED");
  });

  test("may be an API key", async () => {
    const { key } = await createKey(server, "service");
    const byHeader = await ask(server, "{ plugins { id } }", undefined, { headers: { "x-api-key": key } });
    expect(dataOf(byHeader)).toEqual({ plugins: [] });
  });

  test("of a viewer permit queries and no mutations", async () => {
    expect(dataOf(await ask(server, "{ plugins { id } }", undefined, { token: viewer }))).toEqual({
      plugins: [],
    });
    const refused = await ask(server, CREATE_COMPLETION, { input: COMPLETION }, { token: viewer });
    expect(errorOf(refused, "FORBIDDEN").extensions.details).toMatchObject({ role: "viewer" });
  });

  test("are subject to the rate limit", async () => {
    const limited = await startServer({ rate_limit_rps: 1, rate_limit_burst: 1, enable_rest: false });
    const body = { query: "{ version }" };
    const asked = Array.from({ length: 8 }, () => limited.request<Envelope>("POST", "/graphql", { body }));
    const answers = await Promise.all(asked);
    await limited.stop();
    const refused = answers.find(({ status }) => status === 429);
    if (!refused) throw new Error("none of 8 requests at once was refused");
    expectRefused(refused, "RATE_LIMIT_EXCEEDED");
    expect(refused.headers.get("x-ratelimit-limit")).toBe("1");
  });
});

describe("createCompletion", () => {
  test("returns the model's answer, and stores it", async () => {
    const { createCompletion } = dataOf(await complete({ maxTokens: 2, temperature: 0.5 }));
    expect(createCompletion).toEqual({
      text: expect.stringMatching(/^echo: What\s*$/),
      model: "gpt-4",
      requestId: expect.stringMatching(UUID),
      createdAt: expect.stringMatching(ISO_TIME),
    });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ max_tokens: 2, temperature: 0.5 });
    const { requestId, text } = createCompletion as { requestId: string; text: string };
    const stored = await server.request("GET", `/v1/completions/${requestId}`, { token: server.token });
    expect(stored.body).toMatchObject({
      text,
      provider: "openai",
      params: { max_tokens: 2, temperature: 0.5 },
    });
  });

  test("treats null as an absent field", async () => {
    dataOf(await complete({ maxTokens: null, temperature: null }));
    const { body } = upstream.requests.at(-1) ?? {};
    expect(body).not.toHaveProperty("temperature");
  });

  test("names a faulty field in camelCase, with REST's message", async () => {
    const error = errorOf(await complete({ maxTokens: 0 }), "BAD_REQUEST");
    const { prompt, ...rest } = COMPLETION;
    const answer = await server.request<Envelope>("POST", "/v1/completions", {
      token: server.token,
      body: { ...rest, prompt, max_tokens: 0 },
    });
    const { message, details } = answer.body.error;
    expect(details.field).toBe("max_tokens");
    expect(error.extensions.details).toEqual({ ...details, field: "maxTokens" });
    expect(error.message).toBe(message.replace("max_tokens", "maxTokens"));
  });

  test("names every faulty field", async () => {
    const { details } = errorOf(
      await complete({ prompt: "", maxTokens: -1, temperature: 9 }),
      "BAD_REQUEST",
    ).extensions;
    const { faults } = details as { faults: { field: string }[] };
    expect(faults.map(({ field }) => field)).toEqual(["prompt", "maxTokens", "temperature"]);
  });

  test("refuses text that cannot be stored, in variables and in the query itself", async () => {
    const input = 'provider: "openai", model: "gpt-4", prompt: "a\\u0000b"';
    const error = errorOf(
      await asAdmin(`mutation { createCompletion(input: { ${input} }) { text } }`),
      "BAD_REQUEST",
    );
    expect(error.extensions.details).toMatchObject({
      field: "prompt",
      fault: expect.stringContaining("NUL"),
    });
  });

  test("with an unknown provider is a bad request that suggests the likely name", async () => {
    const error = errorOf(await complete({ provider: "opnai" }), "BAD_REQUEST");
    expect(error.extensions.details).toMatchObject({ field: "provider", suggestion: "openai" });
  });

  test("with a provider without a key is unavailable, and names the variable to set", async () => {
    const error = errorOf(await complete({ provider: "anthropic" }), "SERVICE_UNAVAILABLE");
    expect(error.extensions.details).toMatchObject({
      provider: "anthropic",
      requires: ["ANTHROPIC_API_KEY"],
    });
  });

  test("passes a provider's refusal on", async () => {
    failing = true;
    const answer = await complete({});
    failing = false;
    expect(errorOf(answer, "BAD_REQUEST").extensions.details).toMatchObject({ provider: "openai" });
    expect(answer.body.data).toBeNull();
  });

  test("ends the provider's call if the caller disconnects", async () => {
    const hanging = createUpstream({ fault: "hang" });
    const patient = await startServer({ openai_api_key: "sk", openai_base_url: `${hanging.url}/v1` });
    const leaving = new AbortController();
    const headers = { "content-type": "application/json", authorization: `Bearer ${patient.token}` };
    const body = JSON.stringify({ query: CREATE_COMPLETION, variables: { input: COMPLETION } });
    const asked = fetch(`${patient.url}/graphql`, { method: "POST", headers, body, signal: leaving.signal });
    await waitUntil(() => hanging.calls !== 0);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await waitUntil(() => hanging.requests[0]?.aborted);
    await patient.stop();
    await hanging.stop();
  });
});

describe("createEvaluation", () => {
  test("returns the score, and stores the evaluation", async () => {
    const { createEvaluation } = dataOf(await evaluate({ expected: "4", metrics: ["exact_match", "f1"] }));
    expect(createEvaluation).toEqual({
      score: 1,
      evaluationId: expect.stringMatching(UUID),
      createdAt: expect.stringMatching(ISO_TIME),
    });
    const { evaluationId } = createEvaluation as { evaluationId: string };
    const stored = await server.request("GET", `/v1/evaluations/${evaluationId}`, { token: server.token });
    expect(stored.body).toMatchObject({ score: 1, expected: "4", metrics: { exact_match: 1, f1: 1 } });
  });

  test("with nothing scored is an error with the evaluation's id and the reasons", async () => {
    const { extensions } = errorOf(
      await evaluate({ output: "", metrics: ["faithfulness"] }),
      "SERVICE_UNAVAILABLE",
    );
    const { evaluation_id, reasons } = extensions;
    const stored = await server.request("GET", `/v1/evaluations/${evaluation_id}`, { token: server.token });
    expect(stored.body).toMatchObject({ evaluation_id, score: null, reasons });
    expect(reasons).toEqual({ faithfulness: expect.stringMatching(/\S/) });
  });

  test("with no metric from 0 to 1 is an error with the metrics that were scored", async () => {
    const { message, extensions } = errorOf(
      await evaluate({ output: "4", expected: "4", metrics: ["bleu"] }),
      "SERVICE_UNAVAILABLE",
    );
    expect(message).toBe(
      "No scored metric takes part in the overall score: each has another range than 0 to 1, or is lexical.",
    );
    expect(extensions).toMatchObject({ evaluation_id: expect.stringMatching(UUID), metrics: { bleu: 100 } });
  });

  test("scored by a lexical metric alone, or not at all, is an error with its id and the reasons", async () => {
    const author = { provider: "a person", output: "Are four.", context: ["Two and two are four."] };
    const lexical = errorOf(await evaluate({ ...author, metrics: ["faithfulness"] }), "SERVICE_UNAVAILABLE");
    expect(lexical.message).toContain("or is lexical");
    expect(lexical.extensions).toMatchObject({
      evaluation_id: expect.stringMatching(UUID),
      metrics: { faithfulness: 1 },
    });
    const nothing = errorOf(await evaluate({ ...author, metrics: ["relevance"] }), "SERVICE_UNAVAILABLE");
    expect(nothing.extensions).toMatchObject({
      evaluation_id: expect.stringMatching(UUID),
      reasons: { relevance: expect.stringContaining("JUDGE_PROVIDER and JUDGE_MODEL") },
    });
  });

  test("with an unknown metric is a bad request that suggests the likely name", async () => {
    const error = errorOf(await evaluate({ metrics: ["coherense"] }), "BAD_REQUEST");
    expect(error.extensions.details).toMatchObject({ suggestion: "coherence" });
  });

  test("returns each metric's method, reason and, if requested, explanation", async () => {
    const query = `mutation ($input: EvaluationInput!) {
      createEvaluation(input: $input) { score metrics { name value method reason note explanation } judge { model } }
    }`;
    const input = {
      ...EVALUATION,
      provider: "a person",
      output: "Are four.",
      context: ["Two and two are four."],
      explanations: true,
      metrics: ["faithfulness", "coherence", "contains"],
      expected: "four",
    };
    const { createEvaluation } = dataOf(await asAdmin(query, { input }));
    const nothing = { method: null, reason: null, note: null, explanation: null };
    expect<unknown>(createEvaluation).toEqual({
      score: 1,
      metrics: [
        { ...nothing, name: "faithfulness", value: 1, method: "lexical" },
        {
          ...nothing,
          name: "coherence",
          value: null,
          reason: expect.stringMatching(/\S/),
        },
        { ...nothing, name: "contains", value: 1 },
      ],
      judge: null,
    });
  });

  test("takes a judge as REST does, returns its usage, and names its faulty fields in camelCase", async () => {
    const query = `mutation ($input: EvaluationInput!) {
      createEvaluation(input: $input) { judge { provider model self advice warnings calls totalTokens costUsd } }
    }`;
    const judged = (judge: object) =>
      asAdmin(query, { input: { ...EVALUATION, metrics: ["toxicity", "contains"], expected: "4", judge } });
    const { createEvaluation } = dataOf(
      await judged({ provider: "openai", model: "gpt-4o-mini", params: { maxTokens: 50 } }),
    );
    expect<unknown>(createEvaluation).toEqual({
      judge: {
        provider: "openai",
        model: "gpt-4o-mini",
        self: false,
        advice: null,
        warnings: [],
        calls: expect.any(Number),
        totalTokens: expect.any(Number),
        costUsd: expect.any(Number),
      },
    });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ max_tokens: 50 });
    const refused = errorOf(
      await judged({ provider: "openai", model: "x", params: { maxTokens: 0 } }),
      "BAD_REQUEST",
    );
    expect(refused.extensions.details.field).toBe("judge.params.maxTokens");
    const unknown = errorOf(await judged({ provider: "opnai", model: "x" }), "BAD_REQUEST");
    expect(unknown.extensions.details).toMatchObject({ field: "judge.provider", suggestion: "openai" });
  });

  test("refuses an empty list of metrics", async () => {
    expect(errorOf(await evaluate({ metrics: [] }), "BAD_REQUEST").extensions.details.field).toBe("metrics");
  });
});

describe("evaluations", () => {
  const FIELDS =
    "evaluationId createdAt createdBy score metrics { name value } provider model input output expected context";

  test("are read by id as from REST; an unknown id is null", async () => {
    const { createEvaluation } = dataOf(await evaluate({ expected: "4", metrics: ["exact_match"] }));
    const { evaluationId: id } = createEvaluation as { evaluationId: string };
    const query = `query ($id: String!) { evaluation(id: $id) { ${FIELDS} } }`;
    const { body } = await server.request<EvaluationRecord>("GET", `/v1/evaluations/${id}`, {
      token: server.token,
    });
    const { evaluation_id, created_at, created_by, score, provider, model, input, output } = body;
    expect<unknown>(dataOf(await asAdmin(query, { id })).evaluation).toEqual({
      evaluationId: evaluation_id,
      createdAt: created_at,
      createdBy: created_by,
      score,
      provider,
      model,
      input,
      output,
      expected: ["4"],
      context: null,
      metrics: [{ name: "exact_match", value: 1 }],
    });
    expect(dataOf(await asAdmin(query, { id: Bun.randomUUIDv7() }))).toEqual({ evaluation: null });
  });

  test("are listed with REST's filters and limits", async () => {
    for (const output of ["4", "5", "4"])
      await evaluate({ model: "listed", output, expected: "4", metrics: ["exact_match"] });
    const query = `query ($min: Float, $size: Int) {
      evaluations(model: "listed", minScore: $min, pageSize: $size) { items { output } total page pageSize totalPages }
    }`;
    expect(dataOf(await asAdmin(query, { min: 0.5, size: 1 }))).toEqual({
      evaluations: { items: [{ output: "4" }], total: 2, page: 1, pageSize: 1, totalPages: 2 },
    });
    expect(dataOf(await asAdmin(query, {}))).toMatchObject({
      evaluations: { items: [{ output: "4" }, { output: "5" }, { output: "4" }], pageSize: 20 },
    });
    // As text this number has an exponent, which a URL's query may not have.
    expect(dataOf(await asAdmin(query, { min: 1e-7 }))).toMatchObject({ evaluations: { total: 2 } });
    for (const [variables, field] of [
      [{ size: 101 }, "pageSize"],
      [{ min: 1.5 }, "minScore"],
    ] as const) {
      expect(errorOf(await asAdmin(query, variables), "BAD_REQUEST").extensions.details.field).toBe(field);
    }
  });

  test("need credentials", async () => {
    for (const query of ['{ evaluation(id: "x") { score } }', "{ evaluations { total } }"])
      errorOf(await ask(server, query), "UNAUTHORIZED");
  });
});

describe("plugins", () => {
  const tempDir = tempDirs();
  const PLUGIN = pluginRow({
    id: "550e8400-e29b-41d4-a716-446655440000",
    name: "custom-evaluator",
    plugin_type: "evaluator",
  });
  const OLDER = pluginRow({
    id: "018c0000-0000-7000-8000-000000000000",
    name: "a-first",
    plugin_type: "custom",
  });
  const nodeOf = ({ id, name, plugin_type }: typeof PLUGIN) => ({
    id,
    name,
    version: "1.0.0",
    pluginType: plugin_type,
    status: "ready",
  });
  const NODE = nodeOf(PLUGIN);
  const FIELDS = "{ id name version pluginType status }";
  const data_dir = tempDir();
  let stocked: TestServer;

  beforeAll(async () => {
    const database = await openDatabaseIn(data_dir);
    await database.writer.write([insertInto(plugins)(OLDER), insertInto(plugins)(PLUGIN)]);
    await database.close();
    stocked = await startServer({ data_dir });
  });
  afterAll(() => stocked.stop());

  const read = async (query: string, variables?: object) =>
    dataOf(await ask(stocked, query, variables, { token: stocked.token }));

  test("are listed newest first, with the API document's names, as by REST", async () => {
    expect(await read(`{ plugins ${FIELDS} }`)).toEqual({ plugins: [NODE, nodeOf(OLDER)] });
  });

  test("are read by id; an unknown id is null", async () => {
    const query = `query ($id: String!) { plugin(id: $id) ${FIELDS} }`;
    expect(await read(query, { id: PLUGIN.id })).toEqual({ plugin: NODE });
    expect(await read(query, { id: "550e8400-e29b-41d4-a716-446655440001" })).toEqual({ plugin: null });
    expect(await read(query, { id: "not an id" })).toEqual({ plugin: null });
    expect(await read('{ plugin(id: "a\\u0000b") { id } }')).toEqual({ plugin: null });
  });
});
