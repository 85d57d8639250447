import type { Action } from "../../../src/domain/permissions.ts";

export const UNKNOWN_ID = "01890000-0000-7000-8000-000000000000";

/** How to call one route rightly, and what it then answers to who may. */
export interface Endpoint {
  /** What the caller must be allowed to do; `public` asks for nobody, `own` is decided where it is commented. */
  action: Action | "public" | "own";
  /** The path to call, where it is not the route itself. */
  path?: string;
  body?: () => object;
  /** The status for a caller who may. */
  allowed: number;
  /** A list, which takes `page` and `page_size`. */
  list?: true;
  /** Its errors are in OpenAI's shape, and it passes over fields that it does not know. */
  openai?: true;
}

let made = 0;
const unique = (): string => `made-${++made}`;

const list = (action: Action, path?: string): Endpoint => ({
  action,
  allowed: path === undefined ? 200 : 404,
  list: true,
  ...(path === undefined ? {} : { path }),
});

/** A route about one thing that isn't there. */
const about = (action: Action, path: string, body?: () => object): Endpoint => ({
  action,
  path: path.replace(":id", UNKNOWN_ID),
  allowed: 404,
  ...(body ? { body } : {}),
});

export const VALID = {
  login: () => ({ username: "nobody@example.com", password: "password" }),
  api_key: () => ({ name: "My API Key", role: "service" }),
  user: () => ({ username: `${unique()}@example.com`, password: "a password of ten words", role: "user" }),
  user_change: () => ({ role: "viewer" }),
  completion: () => ({ provider: "baseline", model: "echo", prompt: "What is the capital of France?" }),
  chat: () => ({
    model: "baseline/echo",
    messages: [{ role: "user", content: "What is the capital of France?" }],
  }),
  evaluation: () => ({
    provider: "openai",
    model: "gpt-4",
    input: "What is 2+2?",
    output: "The answer is 4.",
    expected: "4",
    metrics: ["accuracy"],
  }),
  evaluation_batch: () => ({
    provider: "openai",
    model: "gpt-4",
    metrics: ["accuracy"],
    items: [{ input: "What is 2+2?", output: "The answer is 4.", expected: "4" }],
  }),
  benchmark: () => ({
    name: "Random against first",
    providers: [{ provider: "baseline", model: "first" }],
    dataset: "starter",
    metrics: ["accuracy"],
    iterations: 1,
  }),
  rescore: () => ({ metrics: ["f1"] }),
  dataset: () => ({ name: unique(), samples: [{ input: "What is 2+2?", expected: "4" }] }),
  plugin: () => ({
    manifest: {
      name: unique(),
      version: "1.0.0",
      description: "Gives its input back.",
      plugin_type: "custom",
    },
    source: "export const execute = (input) => input;",
  }),
  plugin_change: () => ({ status: "disabled" }),
  plugin_input: () => ({ input: { text: "Sample input" } }),
};

/** Every route of REST, by method and pattern. A route without a line here fails the test of permissions. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET /health": { action: "public", allowed: 200 },
  "GET /v1/health": { action: "public", allowed: 200 },
  "GET /ready": { action: "public", allowed: 200 },
  // An admin's, or loopback's: see the tests of /metrics.
  "GET /metrics": { action: "own", allowed: 200 },
  "POST /v1/auth/login": { action: "public", body: VALID.login, allowed: 401 },
  // Of the caller's own session, so of Bearer tokens alone.
  "POST /v1/auth/logout": { action: "own", allowed: 200 },
  "GET /v1/auth/me": { action: "account.read", allowed: 200 },
  "POST /v1/auth/api-keys": { action: "api_keys.manage", body: VALID.api_key, allowed: 201 },
  "GET /v1/auth/api-keys": list("api_keys.manage"),
  "GET /v1/auth/api-keys/:id": about("api_keys.manage", "/v1/auth/api-keys/:id"),
  "DELETE /v1/auth/api-keys/:id": about("api_keys.manage", "/v1/auth/api-keys/:id"),
  "POST /v1/users": { action: "users.manage", body: VALID.user, allowed: 201 },
  "GET /v1/users": list("users.manage"),
  "GET /v1/users/:id": about("users.manage", "/v1/users/:id"),
  "PATCH /v1/users/:id": about("users.manage", "/v1/users/:id", VALID.user_change),
  "DELETE /v1/users/:id": about("users.manage", "/v1/users/:id"),
  "POST /v1/completions": { action: "completions.create", body: VALID.completion, allowed: 201 },
  "GET /v1/completions": list("completions.read"),
  "GET /v1/completions/:id": about("completions.read", "/v1/completions/:id"),
  "POST /v1/chat/completions": { action: "completions.create", body: VALID.chat, allowed: 200, openai: true },
  "GET /v1/models": { action: "catalogues.read", allowed: 200, openai: true },
  "GET /v1/models/:model": { ...about("catalogues.read", "/v1/models/nobody%2Fnothing"), openai: true },
  "GET /v1/models/*": { ...about("catalogues.read", "/v1/models/nobody/nothing"), openai: true },
  "POST /v1/evaluations": { action: "evaluations.create", body: VALID.evaluation, allowed: 201 },
  "POST /v1/evaluations/batch": {
    action: "evaluations.create",
    body: VALID.evaluation_batch,
    allowed: 201,
  },
  "GET /v1/evaluations": list("evaluations.read"),
  "GET /v1/evaluations/:id": about("evaluations.read", "/v1/evaluations/:id"),
  "POST /v1/benchmarks": { action: "benchmarks.create", body: VALID.benchmark, allowed: 201 },
  "POST /v1/benchmarks/plan": { action: "benchmarks.create", body: VALID.benchmark, allowed: 200 },
  "GET /v1/benchmarks": list("benchmarks.read"),
  "GET /v1/benchmarks/:id": about("benchmarks.read", "/v1/benchmarks/:id"),
  "GET /v1/benchmarks/:id/trials": list("benchmarks.read", `/v1/benchmarks/${UNKNOWN_ID}/trials`),
  "GET /v1/benchmarks/:id/results": about("benchmarks.read", "/v1/benchmarks/:id/results"),
  "GET /v1/benchmarks/:id/trial": about("benchmarks.read", "/v1/benchmarks/:id/trial?sample_id=0"),
  "GET /v1/benchmarks/:id/export": about("benchmarks.read", "/v1/benchmarks/:id/export"),
  "GET /v1/benchmarks/:id/receipt": about("benchmarks.read", "/v1/benchmarks/:id/receipt"),
  "GET /v1/benchmarks/:id/receipt/:other": about(
    "benchmarks.read",
    `/v1/benchmarks/:id/receipt/${UNKNOWN_ID}`,
  ),
  "GET /v1/benchmarks/:id/compare/:other": about(
    "benchmarks.read",
    `/v1/benchmarks/:id/compare/${UNKNOWN_ID}`,
  ),
  "POST /v1/benchmarks/:id/rescore": about("benchmarks.create", "/v1/benchmarks/:id/rescore", VALID.rescore),
  "GET /v1/benchmarks/:id/report": about("benchmarks.read", "/v1/benchmarks/:id/report"),
  "POST /v1/benchmarks/:id/cancel": about("benchmarks.change", "/v1/benchmarks/:id/cancel"),
  "POST /v1/benchmarks/:id/resume": about("benchmarks.change", "/v1/benchmarks/:id/resume"),
  "DELETE /v1/benchmarks/:id": about("benchmarks.change", "/v1/benchmarks/:id"),
  "POST /v1/datasets": { action: "datasets.create", body: VALID.dataset, allowed: 201 },
  "GET /v1/datasets": list("datasets.read"),
  "GET /v1/datasets/:id": about("datasets.read", "/v1/datasets/:id"),
  "GET /v1/datasets/:id/samples": list("datasets.read", `/v1/datasets/${UNKNOWN_ID}/samples`),
  "GET /v1/datasets/:id/samples/:sample_id": about("datasets.read", "/v1/datasets/:id/samples/0"),
  "POST /v1/datasets/:name/fetch": {
    action: "datasets.create",
    path: "/v1/datasets/starter/fetch",
    allowed: 200,
  },
  "DELETE /v1/datasets/:id": about("datasets.change", "/v1/datasets/:id"),
  "POST /v1/plugins": { action: "plugins.manage", body: VALID.plugin, allowed: 201 },
  "PATCH /v1/plugins/:id": about("plugins.manage", "/v1/plugins/:id", VALID.plugin_change),
  "DELETE /v1/plugins/:id": about("plugins.manage", "/v1/plugins/:id"),
  "GET /v1/plugins": list("plugins.read"),
  "GET /v1/plugins/:id": about("plugins.read", "/v1/plugins/:id"),
  "POST /v1/plugins/:id/execute": about("plugins.execute", "/v1/plugins/:id/execute", VALID.plugin_input),
  "GET /v1/providers": list("catalogues.read"),
  "GET /v1/metrics": list("catalogues.read"),
};

export const methodOf = (route: string): string => route.split(" ", 1)[0] ?? "";
export const pathOf = (route: string, endpoint: Endpoint): string =>
  endpoint.path ?? route.slice(methodOf(route).length + 1);
