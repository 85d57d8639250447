import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Action, PERMISSIONS, ROLES } from "../../src/domain/permissions.ts";
import { type Cast, createCast, MEMBERS, type Member, ROLE_OF } from "../support/cast.ts";
import { ENDPOINTS, methodOf, pathOf, VALID } from "../support/server/endpoints.ts";
import { type Envelope, expectRefused } from "../support/server/envelope.ts";
import { startServer, type TestServer } from "../support/server/index.ts";

let server: TestServer;
let cast: Cast;
beforeAll(async () => {
  server = await startServer();
  cast = await createCast(server);
});
afterAll(() => server.stop());

/** Routes outside REST. Their permissions are tested with each of them. */
const OTHER_FACES = [
  /^GET \/ws$/,
  /^(GET|POST) \/graphql(\/|$)/,
  /^GET \/swagger-ui/,
  /^GET \/api-docs\//,
  /^GET \/$/,
];

const EVERYBODY = ["admin", "user", "viewer", "service"];
const WORKERS = ["admin", "user", "service"];

describe("the roles of the API document", () => {
  const rolesOf = (action: string) => [...PERMISSIONS[action as Action]].sort() as string[];
  const ACTIONS = Object.keys(PERMISSIONS);

  test("admin may do everything", () => {
    expect(ACTIONS.filter((action) => !rolesOf(action).includes("admin"))).toEqual([]);
  });

  test("viewer may only read what every role may read", () => {
    const viewers = ACTIONS.filter((action) => rolesOf(action).includes("viewer"));
    expect(viewers.every((action) => action.endsWith(".read"))).toBe(true);
    expect(ACTIONS.filter((action) => action.endsWith(".read") && !viewers.includes(action))).toEqual([
      "system.read",
    ]);
  });

  test("service has the permissions of user", () => {
    const of = (role: string) => ACTIONS.filter((action) => rolesOf(action).includes(role));
    expect(of("service")).toEqual(of("user"));
  });

  test("user creates, executes and changes its own; only admin manages users, keys and plugins", () => {
    const allowed = Object.fromEntries(ACTIONS.map((action) => [action, rolesOf(action)]));
    for (const noun of ["completions", "evaluations", "benchmarks", "datasets"])
      expect(allowed[`${noun}.create`]).toEqual(WORKERS.toSorted());
    expect(allowed["plugins.execute"]).toEqual(WORKERS.toSorted());
    for (const action of ["users.manage", "api_keys.manage", "plugins.manage"])
      expect(allowed[action]).toEqual(["admin"]);
  });

  test("are the only roles", () => {
    expect([...ROLES].sort() as string[]).toEqual(EVERYBODY.toSorted());
  });
});

test("the table has exactly the routes of the server", () => {
  const routes = server.server.app.routes
    .map(({ method, path }) => `${method} ${path.replace(/(.)\/$/, "$1")}`)
    .filter((route) => !OTHER_FACES.some((face) => face.test(route)));
  expect([...new Set(routes)].sort()).toEqual(Object.keys(ENDPOINTS).sort());
});

describe("an unknown caller", () => {
  for (const [route, endpoint] of Object.entries(ENDPOINTS).filter(([name]) => name !== "GET /metrics")) {
    const open = endpoint.action === "public";
    test(`${route}: ${open ? endpoint.allowed : 401}`, async () => {
      const body = endpoint.body?.();
      const answer = await server.request<Envelope>(
        methodOf(route),
        pathOf(route, endpoint),
        body ? { body } : {},
      );
      if (open) expect(answer.status).toBe(endpoint.allowed);
      else expectRefused(answer, "UNAUTHORIZED");
    });
  }

  test("is refused before the request is read", async () => {
    const answer = await server.request<Envelope>("POST", "/v1/completions?page=x", { body: "{" });
    expectRefused(answer, "UNAUTHORIZED");
  });
});

const mayDo = (member: Member, action: Action): boolean =>
  (PERMISSIONS[action] as readonly string[]).includes(ROLE_OF[member]);

for (const [route, endpoint] of Object.entries(ENDPOINTS)) {
  const { action, allowed } = endpoint;
  if (action === "public" || action === "own") continue;
  describe(`${route} (${action})`, () => {
    for (const member of MEMBERS) {
      const may = mayDo(member, action);
      test(`${member}: ${may ? allowed : 403}`, async () => {
        const body = endpoint.body?.();
        const sent = { token: cast[member], ...(body ? { body } : {}) };
        const answer = await server.request<Envelope>(methodOf(route), pathOf(route, endpoint), sent);
        if (may) {
          expect({ status: answer.status, body: answer.body }).toMatchObject({ status: allowed });
          return;
        }
        const { message, details } = expectRefused(answer, "FORBIDDEN");
        expect(message).toContain(`'${ROLE_OF[member]}'`);
        const refusal = { action, role: ROLE_OF[member], accepted: [...PERMISSIONS[action]] };
        expect(details).toEqual(endpoint.openai ? {} : refusal);
      });
    }
  });
}

describe("ownership", () => {
  const as = (member: Member, method: string, path: string) =>
    server.request<Envelope>(method, path, { token: cast[member] });

  async function createBenchmark(member: Member): Promise<string> {
    const body = { ...VALID.benchmark(), providers: [{ provider: "mock", model: "mock?latency_ms=60000" }] };
    const { body: created } = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
      token: cast[member],
      body,
    });
    return `/v1/benchmarks/${created.benchmark_id}`;
  }

  async function createDataset(member: Member): Promise<string> {
    const { body } = await server.request<{ dataset_id: string }>("POST", "/v1/datasets", {
      token: cast[member],
      body: VALID.dataset(),
    });
    return `/v1/datasets/${body.dataset_id}`;
  }

  const STRANGERS: readonly Member[] = ["other_user", "user_key", "service_key"];

  test("a benchmark: only its creator can cancel and delete it, no other user", async () => {
    const path = await createBenchmark("user");
    for (const stranger of STRANGERS) {
      expectRefused(await as(stranger, "POST", `${path}/cancel`), "FORBIDDEN");
      expectRefused(await as(stranger, "DELETE", path), "FORBIDDEN");
      expect((await as(stranger, "GET", path)).status).toBe(200);
    }
    expectRefused(await as("viewer", "POST", `${path}/cancel`), "FORBIDDEN");
    expectRefused(await as("user", "DELETE", path), "CONFLICT");
    const { status, body } = await as("user", "POST", `${path}/cancel`);
    expect({ status, body: body as unknown }).toMatchObject({
      status: 200,
      body: { status: "cancelled", progress: 1 },
    });
    expectRefused(await as("user", "POST", `${path}/cancel`), "CONFLICT");
    expect((await as("user", "DELETE", path)).body as unknown).toEqual({ deleted: true });
    expectRefused(await as("user", "GET", path), "NOT_FOUND");
  });

  test("another user's benchmark: an admin can cancel and delete it, by token or key", async () => {
    for (const member of ["admin", "admin_key"] as const) {
      const path = await createBenchmark("service_key");
      expect((await as(member, "POST", `${path}/cancel`)).status).toBe(200);
      expect((await as(member, "DELETE", path)).status).toBe(200);
    }
  });

  test("a dataset: only its creator can delete it, no other user", async () => {
    const path = await createDataset("user");
    for (const stranger of [...STRANGERS, "viewer", "viewer_key"] as const)
      expectRefused(await as(stranger, "DELETE", path), "FORBIDDEN");
    expect((await as("user", "DELETE", path)).body as unknown).toEqual({ deleted: true });
    expectRefused(await as("user", "GET", path), "NOT_FOUND");
  });

  test("another user's dataset: an admin can delete it", async () => {
    expect((await as("admin", "DELETE", await createDataset("other_user"))).status).toBe(200);
  });

  test("a dataset that a benchmark uses cannot be deleted", async () => {
    const dataset = await createDataset("user");
    const { body } = await server.request<{ name: string }>("GET", dataset, { token: cast.user });
    const benchmark = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
      token: cast.user,
      body: { ...VALID.benchmark(), dataset: body.name },
    });
    expect(benchmark.status).toBe(201);
    expectRefused(await as("user", "DELETE", dataset), "CONFLICT");
  });
});

describe("POST /v1/auth/logout", () => {
  test("revokes a token; an API key cannot be logged out", async () => {
    for (const member of MEMBERS.filter((name) => name.endsWith("_key"))) {
      const answer = await server.request<Envelope>("POST", "/v1/auth/logout", { token: cast[member] });
      expectRefused(answer, "BAD_REQUEST");
    }
  });
});

describe("GET /metrics", () => {
  const metrics = (member: Member | "nobody", headers: Record<string, string> = {}) =>
    server.request<Envelope>("GET", "/metrics", {
      headers,
      ...(member === "nobody" ? {} : { token: cast[member] }),
    });

  test("is open to loopback", async () => {
    const { status, headers, body } = await metrics("nobody");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toStartWith("text/plain");
    expect(String(body)).toContain("http_requests_total");
  });

  for (const header of ["x-forwarded-for", "forwarded", "x-real-ip"]) {
    test(`needs an admin if the header ${header} reveals a proxy`, async () => {
      const through = { [header]: "127.0.0.1" };
      expectRefused(await metrics("nobody", through), "UNAUTHORIZED");
      for (const member of MEMBERS) {
        const answer = await metrics(member, through);
        if (ROLE_OF[member] === "admin") expect(answer.status).toBe(200);
        else expectRefused(answer, "FORBIDDEN");
      }
    });
  }

  test("needs an admin behind a trusted proxy, for every claimed address", async () => {
    const behind = await startServer({ trust_proxy: "1" });
    try {
      for (const headers of [{}, { "x-forwarded-for": "127.0.0.1" }])
        expectRefused(await behind.request<Envelope>("GET", "/metrics", { headers }), "UNAUTHORIZED");
      expect((await behind.request("GET", "/metrics", { token: behind.token })).status).toBe(200);
    } finally {
      await behind.stop();
    }
  });
});
