import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ENDPOINTS, methodOf, pathOf, UNKNOWN_ID, VALID } from "../support/server/endpoints.ts";
import { type Envelope, expectRefused } from "../support/server/envelope.ts";
import { startServer, type TestServer } from "../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const send = (method: string, path: string, body?: object | string) =>
  server.request<Envelope>(method, path, {
    token: server.token,
    ...(body === undefined ? {} : { body }),
  });

/** A change to a valid body, the field that the error then names, and its fault. */
type Row = readonly [change: Record<string, unknown>, field: string, fault: string | RegExp];

interface Table {
  route: string;
  valid: () => object;
  rows: readonly Row[];
}

const long = (length: number): string => "x".repeat(length);
const run = (change: object) => ({ providers: [{ provider: "baseline", model: "first", ...change }] });
const manifest = (change: object) => ({
  manifest: { name: "changed", version: "1.0.0", description: "A plugin.", plugin_type: "custom", ...change },
});
const UNREADABLE: unknown = { toString: 1 };

const TABLES: readonly Table[] = [
  {
    route: "POST /v1/auth/login",
    valid: VALID.login,
    rows: [
      [{ username: undefined }, "username", "is required"],
      [{ password: undefined }, "password", "is required"],
      [{ username: 7 }, "username", "must be a string, not a number"],
      [{ password: ["password"] }, "password", "must be a string, not a list"],
      [{ username: null }, "username", "must be a string, not null"],
      [{ username: "" }, "username", "must not be empty"],
      [{ username: long(201) }, "username", "must have at most 200 characters, has 201"],
      [{ password: long(1025) }, "password", "must have at most 1024 characters, has 1025"],
      [{ user_name: "x" }, "user_name", "is not a known field; did you mean 'username'?"],
    ],
  },
  {
    route: "POST /v1/auth/api-keys",
    valid: VALID.api_key,
    rows: [
      [{ name: undefined }, "name", "is required"],
      [{ name: true }, "name", "must be a string, not a boolean"],
      [{ name: "" }, "name", "must not be empty"],
      [{ name: long(201) }, "name", "must have at most 200 characters, has 201"],
      [{ role: "servce" }, "role", "must be one of admin, user, viewer, service; did you mean 'service'?"],
      [{ role: 1 }, "role", "must be one of admin, user, viewer, service"],
      [{ roll: "user" }, "roll", "is not a known field; did you mean 'role'?"],
    ],
  },
  {
    route: "POST /v1/users",
    valid: VALID.user,
    rows: [
      [{ username: undefined }, "username", "is required"],
      [{ username: {} }, "username", "must be a string, not an object"],
      [
        { username: " padded" },
        "username",
        "must be a name or address that neither begins nor ends with a space",
      ],
      [{ username: long(201) }, "username", "must have at most 200 characters, has 201"],
      [{ password: "short" }, "password", "must have at least 8 characters"],
      [{ password: long(1025) }, "password", "must have at most 1024 characters, has 1025"],
      [{ role: "service" }, "role", "must be one of admin, user, viewer"],
      [{ role: "Admin" }, "role", "must be one of admin, user, viewer; did you mean 'admin'?"],
      [{ pasword: "x" }, "pasword", "is not a known field; did you mean 'password'?"],
    ],
  },
  {
    route: "PATCH /v1/users/:id",
    valid: VALID.user_change,
    rows: [
      [{ role: undefined }, "body", "must have at least 1 field"],
      [{ disabled: "yes" }, "disabled", "must be true or false, not a string"],
      [{ password: "short" }, "password", "must have at least 8 characters"],
      [{ username: "x" }, "username", "is not a known field"],
      [{ disable: true }, "disable", "is not a known field; did you mean 'disabled'?"],
    ],
  },
  {
    route: "POST /v1/completions",
    valid: VALID.completion,
    rows: [
      [{ provider: undefined }, "provider", "is required"],
      [{ model: undefined }, "model", "is required"],
      [{ prompt: undefined }, "prompt", "is required unless 'messages' is given"],
      [{ provider: 1 }, "provider", "must be a string, not a number"],
      [{ prompt: ["x"] }, "prompt", "must be a string, not a list"],
      [{ prompt: "" }, "prompt", "must not be empty"],
      [{ provider: long(65) }, "provider", "must have at most 64 characters, has 65"],
      [{ model: long(301) }, "model", "must have at most 300 characters, has 301"],
      [{ messages: [] }, "messages", "must have at least 1 item"],
      [{ messages: "x" }, "messages", "must be a list, not a string"],
      [{ prompt: undefined, messages: [{ role: "user" }] }, "messages.0.content", "is required"],
      [
        { prompt: undefined, messages: [{ role: "usr", content: "x" }] },
        "messages.0.role",
        /^must be one of system, user, assistant.*; did you mean 'user'\?$/,
      ],
      [{ messages: [{ role: "user", content: "x" }] }, "prompt", "can't be given together with 'messages'"],
      [{ max_tokens: 0 }, "max_tokens", "must be at least 1"],
      [{ max_tokens: -1 }, "max_tokens", "must be at least 1"],
      [{ max_tokens: 1_000_001 }, "max_tokens", "must be at most 1000000"],
      [{ max_tokens: 1.5 }, "max_tokens", "must be a whole number"],
      [{ max_tokens: "100" }, "max_tokens", "must be a whole number, not a string"],
      [{ max_tokens: "0" }, "max_tokens", "must be a whole number, not a string"],
      [{ max_tokens: null }, "max_tokens", "must be a whole number, not null"],
      [{ temperature: "0.7" }, "temperature", "must be a number, not a string"],
      [{ temperature: -0.1 }, "temperature", "must be at least 0"],
      [{ temperature: 2.1 }, "temperature", "must be at most 2"],
      [{ top_p: 1.1 }, "top_p", "must be at most 1"],
      [{ stop: "END" }, "stop", "must be a list, not a string"],
      [{ stop: [""] }, "stop.0", "must not be empty"],
      [{ stop: Array(17).fill("x") }, "stop", "must have at most 16 items, has 17"],
      [{ timeout_ms: 600_001 }, "timeout_ms", "must be at most 600000"],
      [{ maxTokens: 5 }, "maxTokens", "is not a known field; did you mean 'max_tokens'?"],
      [{ temprature: 0.5 }, "temprature", "is not a known field; did you mean 'temperature'?"],
      [{ provider: "opnai" }, "provider", "unknown provider 'opnai'. Did you mean 'openai'?"],
      [{ provider: "__proto__" }, "provider", /^unknown provider '__proto__'/],
      [{ model: "ecko" }, "model", /unknown model 'ecko'.*echo/],
    ],
  },
  {
    route: "POST /v1/evaluations",
    valid: VALID.evaluation,
    rows: [
      [{ provider: undefined }, "provider", "is required"],
      [{ input: undefined }, "input", "is required"],
      [{ output: undefined }, "output", "is required"],
      [{ metrics: undefined }, "metrics", "is required"],
      [{ input: "" }, "input", "must not be empty"],
      [{ output: UNREADABLE }, "output", "must be a string, not an object"],
      [{ metrics: "accuracy" }, "metrics", "must be a list, not a string"],
      [{ metrics: [] }, "metrics", "must have at least 1 item"],
      [
        { metrics: Array.from({ length: 33 }, (_, index) => `m${index}`) },
        "metrics",
        /at most 32 items, has 33/,
      ],
      [
        { metrics: ["accuracy", "accuracy"] },
        "metrics.1",
        "is a second metric named 'accuracy'. Give each a different 'label'",
      ],
      [{ metrics: [1] }, "metrics.0", "must be a string or an object, not a number"],
      [{ metrics: [{ name: "acuracy" }] }, "metrics.0.name", /^unknown metric 'acuracy'/],
      [{ metrics: [{ nmae: "accuracy" }] }, "metrics.0.name", "is required"],
      [
        { metrics: [{ name: "refusal", params: { a: 1 } }] },
        "metrics.0.params",
        "the metric 'refusal' takes no parameters",
      ],
      [{ metrics: [{ name: "accuracy", params: { a: 1 } }] }, "metrics.0.params.a", /not a known field/],
      [
        { metrics: [{ name: "accuracy", params: { answer_pattern: "(?=a)" } }] },
        "metrics.0.params.answer_pattern",
        /^is not a valid RE2 regular expression/,
      ],
      [
        { metrics: [{ name: "multiple_choice", params: { answer_pattern: { pattern: "(" } } }] },
        "metrics.0.params.answer_pattern",
        /^is not a valid RE2 regular expression/,
      ],
      [{ metrics: ["acuracy"] }, "metrics.0", "unknown metric 'acuracy'. Did you mean 'accuracy'?"],
      [{ metrics: ["accuracy", "quality"] }, "metrics.1", /^unknown metric 'quality'/],
      [{ metrics: ["latency"] }, "metrics.0", /needs a benchmark/],
      [
        { metrics: [{ name: "accuracy", label: "__proto__" }] },
        "metrics.0.label",
        "must be a text other than __proto__",
      ],
      [{ expected: undefined }, "expected", "is required by the metric 'accuracy'"],
      [{ expected: 4 }, "expected", "must be a string or a list, not a number"],
      [{ expected: ["4", 4] }, "expected.1", "must be a string, not a number"],
      [{ judge: "gpt-4o" }, "judge", "must be an object, not a string"],
      [{ judge: { provider: "mock" } }, "judge.model", "is required"],
      [{ judge: { provider: "mok", model: "mock" } }, "judge.provider", /Did you mean 'mock'\?$/],
      [{ judge: { provider: "mock", model: "mok" } }, "judge.model", /unknown model 'mok'/],
      [
        { judge: { provider: "mock", model: "mock", temperature: 0 } },
        "judge.temperature",
        /not a known field/,
      ],
      [
        { judge: { provider: "mock", model: "mock", params: { temperature: 3 } } },
        "judge.params.temperature",
        "must be at most 2",
      ],
      [{ explanations: "yes" }, "explanations", "must be true or false, not a string"],
      [{ context: 4 }, "context", "must be a string or a list, not a number"],
      [{ context: [] }, "context", "must have at least 1 item"],
      [{ context: ["x", 4] }, "context.1", "must be a string, not a number"],
      [{ expcted: "4" }, "expcted", "is not a known field; did you mean 'expected'?"],
    ],
  },
  {
    route: "POST /v1/evaluations/batch",
    valid: VALID.evaluation_batch,
    rows: [
      [{ items: undefined }, "items", "is required"],
      [{ items: [] }, "items", "must have at least 1 item"],
      [{ items: {} }, "items", "must be a list, not an object"],
      [{ items: Array(1001).fill({}) }, "items", "must have at most 1000 items, has 1001"],
      [{ metrics: undefined }, "metrics", "is required"],
      [{ metrics: ["acuracy"] }, "metrics.0", "unknown metric 'acuracy'. Did you mean 'accuracy'?"],
      [{ metrics: ["latency"] }, "metrics.0", /needs a benchmark/],
      [{ judge: { provider: "mok", model: "mock" } }, "judge.provider", /Did you mean 'mock'\?$/],
      [{ itms: [] }, "itms", "is not a known field; did you mean 'items'?"],
      [{ provider: 4 }, "provider", "must be a string, not a number"],
    ],
  },
  {
    route: "POST /v1/benchmarks",
    valid: VALID.benchmark,
    rows: [
      [{ name: undefined }, "name", "is required"],
      [{ providers: undefined }, "providers", "is required"],
      [{ dataset: undefined }, "dataset", "is required"],
      [{ metrics: undefined }, "metrics", "is required"],
      [{ name: "" }, "name", "must not be empty"],
      [{ name: long(201) }, "name", "must have at most 200 characters, has 201"],
      [{ providers: {} }, "providers", "must be a list, not an object"],
      [{ providers: [] }, "providers", "must have at least 1 item"],
      [{ providers: ["openai"] }, "providers.0", "must be an object, not a string"],
      [{ providers: [{ provider: "baseline" }] }, "providers.0.model", "is required"],
      [run({ modle: "x" }), "providers.0.modle", "is not a known field; did you mean 'model'?"],
      [run({ params: { temperature: 3 } }), "providers.0.params.temperature", "must be at most 2"],
      [run({ provider: "basline" }), "providers.0.provider", /^unknown provider 'basline'.*'baseline'\?$/],
      [run({ model: "frist" }), "providers.0.model", /unknown model 'frist'/],
      [
        {
          providers: [VALID.completion(), VALID.completion()].map(({ provider, model }) => ({
            provider,
            model,
          })),
        },
        "providers.1",
        /a second run is named 'baseline\/echo'/,
      ],
      [{ dataset: "startr" }, "dataset", "unknown dataset 'startr'. Did you mean 'starter'?"],
      [{ dataset: "starter/nothing" }, "dataset", /^unknown group 'nothing' of 'starter'/],
      [{ dataset: long(301) }, "dataset", "must have at most 300 characters, has 301"],
      [{ metrics: ["acuracy"] }, "metrics.0", "unknown metric 'acuracy'. Did you mean 'accuracy'?"],
      [{ iterations: 0 }, "iterations", "must be at least 1"],
      [{ iterations: 1_000_001 }, "iterations", "must be at most 1000000"],
      [{ iterations: "10" }, "iterations", "must be a whole number, not a string"],
      [{ iterations: 1.5 }, "iterations", "must be a whole number"],
      [{ seed: -1 }, "seed", "must be at least 0"],
      [{ iteration: 5 }, "iteration", "is not a known field; did you mean 'iterations'?"],
      [{ budget_usd: -1 }, "budget_usd", "must be at least 0"],
      [{ budget_usd: "1" }, "budget_usd", "must be a number, not a string"],
      [{ max_failures: 0 }, "max_failures", "must be at least 1"],
      [{ confirm: "yes" }, "confirm", "must be true or false, not a string"],
      [run({ params: { max_tokens: 0 } }), "providers.0.params.max_tokens", "must be at least 1"],
      [
        { params: { prompt_template: "{{inptu}}" } },
        "params.prompt_template",
        /^unknown field 'inptu'.*'input'\?$/,
      ],
      [run({ params: { system: 1 } }), "providers.0.params.system", "must be a string, not a number"],
    ],
  },
  {
    route: "POST /v1/benchmarks/plan",
    valid: VALID.benchmark,
    rows: [
      [{ detect: 0 }, "detect", "must be at least 0.001"],
      [{ detect: 1.5 }, "detect", "must be at most 1"],
      [{ detects: 0.1 }, "detects", "is not a known field; did you mean 'detect'?"],
      [{ providers: undefined }, "providers", "is required"],
      [{ dataset: "startr" }, "dataset", "unknown dataset 'startr'. Did you mean 'starter'?"],
      [run({ model: "frist" }), "providers.0.model", /unknown model 'frist'/],
    ],
  },
  {
    route: "POST /v1/benchmarks/:id/rescore",
    valid: VALID.rescore,
    rows: [
      [{ metrics: [] }, "metrics", "must have at least 1 item"],
      [{ metrics: undefined }, "body", "must have at least 1 field"],
      [{ metric: ["f1"] }, "metric", "is not a known field; did you mean 'metrics'?"],
      [{ protocol: 1 }, "protocol", "must be a string, not a number"],
      [{ judge: { provider: "mock" } }, "judge.model", "is required"],
    ],
  },
  {
    route: "POST /v1/datasets",
    valid: VALID.dataset,
    rows: [
      [{ name: undefined }, "name", "is required"],
      [{ samples: undefined }, "samples", "is required"],
      [{ name: 1 }, "name", "must be a string, not a number"],
      [{ name: "../etc" }, "name", /^must be 1 to 100 letters/],
      [{ name: long(101) }, "name", /^must be 1 to 100 letters/],
      [{ samples: {} }, "samples", "must be a list, not an object"],
      [{ samples: [] }, "samples", "must have at least 1 item"],
      [{ samples: [{}] }, "samples.0.input", "is required"],
      [{ samples: [{ input: "" }] }, "samples.0.input", "must not be empty"],
      [{ samples: [{ input: "x", choices: ["one"] }] }, "samples.0.choices", "must have at least 2 items"],
      [{ samples: [{ input: "x", id: true }] }, "samples.0.id", /must be a string or a whole number/],
      [{ samples: [{ inptu: "x", input: "x" }] }, "samples.0.inptu", /did you mean 'input'\?$/],
      [
        { expected_as: "indx" },
        "expected_as",
        /^must be one of index, letter, text; did you mean 'index'\?$/,
      ],
    ],
  },
  {
    route: "POST /v1/plugins",
    valid: VALID.plugin,
    rows: [
      [{ manifest: undefined }, "manifest", "is required"],
      [{ manifest: "{}" }, "manifest", "must be an object, not a string"],
      [manifest({ name: undefined }), "manifest.name", "is required"],
      [manifest({ name: "a b" }), "manifest.name", /^must be 1 to 64 letters/],
      [
        manifest({ name: "accuracy" }),
        "manifest.name",
        "'accuracy' is the name of a built-in metric. Choose another name",
      ],
      [
        manifest({ name: "Exact-Match" }),
        "manifest.name",
        "'Exact-Match' is the name of a built-in metric. Choose another name",
      ],
      [manifest({ version: "1.0" }), "manifest.version", /^must be a version in the form of semver/],
      [manifest({ version: "01.0.0" }), "manifest.version", /^must be a version in the form of semver/],
      [manifest({ version: 1 }), "manifest.version", "must be a string, not a number"],
      [manifest({ description: "" }), "manifest.description", "must not be empty"],
      [manifest({ plugin_type: "evaluater" }), "manifest.plugin_type", /did you mean 'evaluator'\?$/],
      [manifest({ limits: { memory_mib: 65 } }), "manifest.limits.memory_mib", "must be at most 64"],
      [manifest({ limits: { time_ms: 30_001 } }), "manifest.limits.time_ms", "must be at most 30000"],
      [manifest({ limits: { trial_time_ms: 0 } }), "manifest.limits.trial_time_ms", "must be at least 1"],
      [manifest({ limits: { cpu: 1 } }), "manifest.limits.cpu", "is not a known field"],
      [manifest({ pure: "yes" }), "manifest.pure", "must be true or false, not a string"],
      [manifest({ example: { input: {} } }), "manifest.example.output", "is required"],
      [manifest({ input_schema: [] }), "manifest.input_schema", "must be an object, not a list"],
      [manifest({ input_schema: { type: "strange" } }), "manifest.input_schema", /^is not a JSON schema/],
      [
        manifest({ parameters: { x: long(70_000) } }),
        "manifest.parameters",
        /^must have at most 65536 bytes/,
      ],
      [
        manifest({ score: { range: [0, 1] } }),
        "manifest.score",
        /^is accepted only for evaluators; this plugin is of type \w+$/,
      ],
      [manifest({ plugin_typ: "custom" }), "manifest.plugin_typ", /did you mean 'plugin_type'/],
      [manifest({ example: { input: 1, output: 2 } }), "manifest.example", "returned 1 instead of 2"],
      [{ source: undefined }, "source", "give the code as exactly one of 'source' and 'wasm'"],
      [{ wasm: "AGFzbQ==" }, "source", "give the code as exactly one of 'source' and 'wasm'"],
      [{ source: "" }, "source", "must not be empty"],
      [{ source: "not JavaScript" }, "source", /^SyntaxError/],
      [{ source: "export const run = 1;" }, "source", "exports no function 'execute'"],
      [{ source: undefined, wasm: "not base64" }, "wasm", "must be a WebAssembly module in base64"],
      [{ source: undefined, wasm: "bm90IHdhc20=" }, "wasm", "is not a WebAssembly module of version 1"],
      [{ sauce: "x" }, "sauce", "is not a known field; did you mean 'source'?"],
    ],
  },
  {
    route: "PATCH /v1/plugins/:id",
    valid: VALID.plugin_change,
    rows: [
      [{ status: undefined }, "status", "is required"],
      [{ status: "loading" }, "status", "must be one of ready, disabled"],
      [{ state: "ready" }, "state", "is not a known field; did you mean 'status'?"],
    ],
  },
  {
    route: "POST /v1/plugins/:id/execute",
    valid: VALID.plugin_input,
    rows: [
      [{ input: undefined }, "input", "is required"],
      [{ input: "text" }, "input", "must be an object, not a string"],
      [{ input: ["text"] }, "input", "must be an object, not a list"],
      [{ logs: "yes" }, "logs", "must be true or false, not a string"],
      [{ imput: {} }, "imput", "is not a known field; did you mean 'input'?"],
    ],
  },
  {
    route: "POST /v1/chat/completions",
    valid: VALID.chat,
    rows: [
      [{ model: undefined }, "model", "is required"],
      [{ model: "gpt-4o" }, "model", "must be a provider and its model, such as openai/gpt-4o"],
      [{ model: "/gpt-4o" }, "model", "must be a provider and its model, such as openai/gpt-4o"],
      [{ model: "openai/" }, "model", "must be a provider and its model, such as openai/gpt-4o"],
      [{ messages: undefined }, "messages", "is required"],
      [{ messages: [] }, "messages", "must have at least 1 item"],
      [{ messages: "hello" }, "messages", "must be a list, not a string"],
      [
        { messages: [{ role: "robot", content: "x" }] },
        "messages.0.role",
        /^must be one of system, developer/,
      ],
      [{ messages: [{ role: "user" }] }, "messages.0.content", "is required"],
      [{ messages: [{ role: "assistant", content: null }] }, "messages.0.content", "is required"],
      [{ messages: [{ role: "tool", content: "4" }] }, "messages.0.tool_call_id", "is required"],
      [
        { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] },
        "messages.0.content.0.type",
        "'image_url' is not supported; must be 'text'",
      ],
      [
        { messages: [{ role: "user", content: [{ type: "text" }] }] },
        "messages.0.content.0.text",
        "is required",
      ],
      [{ max_tokens: 0 }, "max_tokens", "must be at least 1"],
      [{ max_completion_tokens: 1.5 }, "max_completion_tokens", /^must be a whole number/],
      [{ temperature: 2.1 }, "temperature", "must be at most 2"],
      [{ top_p: -0.1 }, "top_p", "must be at least 0"],
      [{ top_logprobs: 21, logprobs: true }, "top_logprobs", "must be at most 20"],
      [{ top_logprobs: 2 }, "top_logprobs", "requires 'logprobs' to be true"],
      [{ tool_choice: "required" }, "tool_choice", "requires 'tools'"],
      [{ n: 2 }, "n", "must be 1"],
      [
        { max_tokens: 9, max_completion_tokens: 5 },
        "max_tokens",
        "differs from 'max_completion_tokens': leave it out",
      ],
      [
        { response_format: { type: "json" } },
        "response_format.type",
        "must be one of text, json_object, json_schema",
      ],
      [
        { response_format: { type: "json_schema", json_schema: { name: "a" } } },
        "response_format.json_schema.schema",
        "is required",
      ],
      [{ tool_choice: { type: "allowed_tools" } }, "tool_choice.type", "must be one of function"],
      ...[
        { presence_penalty: 0.5 },
        { frequency_penalty: -1 },
        { logit_bias: { 50256: -100 } },
        { modalities: ["text", "audio"] },
        { audio: { voice: "alloy", format: "mp3" } },
        { functions: [{ name: "add" }] },
        { function_call: "auto" },
        { parallel_tool_calls: false },
        { reasoning_effort: "high" },
        { verbosity: "low" },
        { web_search_options: {} },
        { top_k: 5 },
        { min_p: 0.1 },
        { repetition_penalty: 1.2 },
        { guided_json: {} },
        { thinking: { type: "enabled" } },
      ].map((change): Row => [change, Object.keys(change)[0]!, "is not supported: leave it out"]),
    ],
  },
];

for (const { route, valid, rows } of TABLES) {
  describe(route, () => {
    for (const [change, field, fault] of rows) {
      test(`${field} ${fault instanceof RegExp ? fault.source : fault} ${JSON.stringify(change).slice(0, 60)}`, async () => {
        const path = pathOf(route, ENDPOINTS[route]!);
        const { message, details } = expectRefused(
          await send(methodOf(route), path, { ...valid(), ...change }),
          "BAD_REQUEST",
        );
        expect(details.field).toBe(field);
        if (fault instanceof RegExp) expect(details.fault).toMatch(fault);
        else expect(details.fault).toBe(fault);
        expect(message).toBe(`${field}: ${details.fault}`);
      });
    }
  });
}

test("every route that takes a body has a table", () => {
  const taking = Object.keys(ENDPOINTS).filter((route) => ENDPOINTS[route]?.body);
  expect(TABLES.map(({ route }) => route).sort()).toEqual(taking.sort());
});

describe("an unknown name is refused", () => {
  const known = async (path: string, change: object) =>
    expectRefused(await send("POST", path, change), "BAD_REQUEST").details;

  test("a provider: the message lists the known ones", async () => {
    const details = await known("/v1/completions", { ...VALID.completion(), provider: "opnai" });
    expect(details.accepted).toEqual(expect.arrayContaining(["baseline", "mock", "openai", "anthropic"]));
    expect(details.suggestion).toBe("openai");
  });

  test("a metric: the message lists the known ones", async () => {
    const details = await known("/v1/evaluations", { ...VALID.evaluation(), metrics: ["coherense"] });
    expect(details.accepted).toEqual(expect.arrayContaining(["faithfulness", "relevance", "coherence"]));
    expect(details.suggestion).toBe("coherence");
  });

  test("a dataset: the message lists the known ones, uploads too", async () => {
    await send("POST", "/v1/datasets", { ...VALID.dataset(), name: "capitals" });
    const details = await known("/v1/benchmarks", { ...VALID.benchmark(), dataset: "capitols" });
    expect(details.accepted).toEqual(expect.arrayContaining(["capitals", "starter", "arithmetic"]));
    expect(details.suggestion).toBe("capitals");
  });

  test("a field: the message lists the known ones", async () => {
    const details = await known("/v1/users", { ...VALID.user(), rôle: "user" });
    expect(details.accepted).toEqual(["username", "password", "role"]);
  });

  test("a name unlike any other gets no suggestion", async () => {
    const details = await known("/v1/completions", {
      ...VALID.completion(),
      provider: "completely-different",
    });
    expect(details).not.toHaveProperty("suggestion");
  });

  test("several faults are reported at once", async () => {
    const details = await known("/v1/users", { username: 1, pasword: "x" });
    expect(details.faults?.map(({ field }) => field)).toEqual(["password", "pasword", "username"]);
  });
});

test("a provider without its key is 503, naming the variable to set", async () => {
  const bodies = [
    ["/v1/completions", { ...VALID.completion(), provider: "openai", model: "gpt-4" }],
    ["/v1/benchmarks", { ...VALID.benchmark(), providers: [{ provider: "openai", model: "gpt-4" }] }],
  ] as const;
  for (const [path, body] of bodies) {
    const { message, details } = expectRefused(await send("POST", path, body), "SERVICE_UNAVAILABLE");
    expect(message).toContain("OPENAI_API_KEY");
    expect(details).toMatchObject({ provider: "openai", reason: "not_configured" });
  }
});

describe("page and page_size", () => {
  const lists = Object.entries(ENDPOINTS).filter(([, { list }]) => list);
  const WRONG = ["0", "-1", "0x10", "1e3", "1.5", "", "%20", "+1", "٣", "one", "1%00", "null", "1000000001"];

  for (const [route, endpoint] of lists) {
    test(route, async () => {
      const path = pathOf(route, endpoint);
      const queries = [
        ...WRONG.map((value) => ["page", `page=${value}`]),
        ...[...WRONG, "101", "99999999999999999999"].map((value) => ["page_size", `page_size=${value}`]),
        ["page", "page=1&page=2"],
        ["page_size", "page_size=10&page=1&page_size=10"],
        ["page", "page[]=1"],
        ["pge", "pge=2"],
        ["__proto__", "__proto__=1"],
      ] as const;
      for (const [field, query] of queries) {
        const { details } = expectRefused(await send("GET", `${path}?${query}`), "BAD_REQUEST");
        expect({ query, field: details.field }).toEqual({
          query,
          field: field === "page" && query === "page[]=1" ? "page[]" : (field ?? ""),
        });
      }
    });
  }

  test("the message states the bounds", async () => {
    const { message } = expectRefused(await send("GET", "/v1/users?page_size=101"), "BAD_REQUEST");
    expect(message).toBe("page_size: must be from 1 to 100");
  });

  test("a page beyond the last is empty, not an error", async () => {
    const { status, body } = await server.request("GET", "/v1/users?page=1000000000&page_size=100", {
      token: server.token,
    });
    expect(status).toBe(200);
    expect(body).toEqual({ items: [], total: 1, page: 1_000_000_000, page_size: 100, total_pages: 1 });
  });
});

describe("ids", () => {
  const WRONG = [
    "1",
    "not-a-uuid",
    `${UNKNOWN_ID}0`,
    UNKNOWN_ID.replaceAll("-", ""),
    "%00",
    "..%2f..%2fetc",
    "%zz",
    "'%20OR%201=1--",
  ];
  const routes = Object.entries(ENDPOINTS).filter(([route]) => route.includes("/:id"));

  for (const [route, endpoint] of routes) {
    test(`${route}: 400 for what is no UUID, 404 for an unknown one`, async () => {
      const path = pathOf(route, endpoint);
      for (const id of WRONG) {
        const answer = await send(methodOf(route), path.replace(UNKNOWN_ID, id), endpoint.body?.());
        expect(expectRefused(answer, "BAD_REQUEST")).toMatchObject({
          message: "id: must be a UUID",
          details: { field: "id" },
        });
      }
      const { message } = expectRefused(await send(methodOf(route), path, endpoint.body?.()), "NOT_FOUND");
      expect(message).toContain(UNKNOWN_ID);
    });
  }
});
