import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import pino from "pino";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { ask, dataOf, errorOf, type GraphqlBody } from "../../support/server/graphql.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const MIB = 1024 * 1024;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const nested = (depth: number, inner: string): string =>
  depth === 0 ? inner : `{ plugins ${nested(depth - 1, inner)} }`;

describe("an invalid query", () => {
  test.each([
    ["is cut off", "{ version", { line: 1, column: 10 }],
    ["asks for an unknown field", "{\n  plugni\n}", { line: 2, column: 3 }],
    ["leaves an argument out", "{ plugin { id } }", { line: 1, column: 3 }],
    ["leaves out what to read of an object", "{ plugins }", { line: 1, column: 3 }],
    ["gives an argument of a wrong type", "{ plugin(id: 7) { id } }", { line: 1, column: 14 }],
    [
      "gives an unknown field of an input",
      'mutation { createCompletion(input: { provider: "mock", model: "m", prompt: "p", stream: true }) { text } }',
      { line: 1, column: 81 },
    ],
  ])("because it %s is a bad request, and shows where", async (_, query, location) => {
    const answer = await ask(server, query);
    expect(errorOf(answer, "BAD_REQUEST").locations).toEqual([location]);
    expect(answer.body).not.toHaveProperty("data");
  });

  test.each([
    ["a variable is missing", {}],
    ["a variable is of a wrong type", { id: 7 }],
    ["a variable is null", { id: null }],
  ])("because %s is a bad request", async (_, variables) => {
    const answer = await ask(server, "query ($id: String!) { plugin(id: $id) { id } }", variables);
    expect(errorOf(answer, "BAD_REQUEST").message).toContain("$id");
  });

  test.each([
    ["nothing", {}],
    ["a query that is a number", { query: 7 }],
    ["variables that are a list", { query: "{ version }", variables: [] }],
    ["a parameter that there is not", { query: "{ version }", quary: "" }],
    ["two operations and no choice", { query: "query a { version } query b { health }" }],
    ["an empty query", { query: "" }],
  ])("because the body holds %s is a bad request", async (_, body) => {
    errorOf(await server.request<GraphqlBody>("POST", "/graphql", { body }), "BAD_REQUEST");
  });

  test("with a misspelt field is answered with the likely name", async () => {
    expect(errorOf(await ask(server, "{ verson }"), "BAD_REQUEST").message).toContain('"version"');
  });

  test("has the request's id in its error", async () => {
    const answer = await ask(server, "{ nothing }", undefined, { headers: { "x-request-id": "my-id_1" } });
    expect(errorOf(answer, "BAD_REQUEST").extensions.request_id).toBe("my-id_1");
  });
});

describe("an abusive query", () => {
  test.each([
    ["deep", nested(12, "{ id }"), /depth limit of 8/],
    [
      "full of aliases",
      `{ ${Array.from({ length: 16 }, (_, index) => `a${index}: version`).join(" ")} }`,
      /limit of 15/,
    ],
    ["long", `{ ${"version ".repeat(1000)} }`, /Token limit of 1000/],
    ["deep beyond all stacks", "{ plugins ".repeat(100_000), /Token limit of 1000/],
    ["full of directives", `{ version ${"@include(if: true) ".repeat(21)} }`, /limit of 20/],
    [
      "a loop of fragments",
      "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
      /within itself/,
    ],
    [
      "introspection without an end",
      "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
      /introspection depth/,
    ],
  ])("by being %s is refused", async (_, query, message) => {
    const error = errorOf(await ask(server, query, undefined, { token: server.token }), "BAD_REQUEST");
    expect(error.message).toMatch(message);
  });

  test("is answered just under the limits", async () => {
    const names = Array.from({ length: 15 }, (_, index) => `a${index}`);
    const data = dataOf(await ask(server, `{ ${names.map((name) => `${name}: health`).join(" ")} }`));
    expect(Object.keys(data)).toEqual(names);
  });

  test("is refused if it is one of several in a body", async () => {
    const body = [{ query: "{ version }" }, { query: "{ version }" }];
    const answer = await server.request<GraphqlBody>("POST", "/graphql", { body });
    expect(answer.status).toBe(400);
    errorOf(answer, "BAD_REQUEST");
  });
});

describe("a body", () => {
  const send = (body: string, headers?: Record<string, string>) =>
    server.request<Envelope>("POST", "/graphql", { body, ...(headers ? { headers } : {}) });

  test("of 1 MiB is read", async () => {
    const query = `{ version } #${"x".repeat(MIB - 30)}`;
    dataOf(await ask(server, query));
    expectRefused(await send(JSON.stringify({ query: `${query}${"x".repeat(40)}` })), "PAYLOAD_TOO_LARGE");
  });

  test("without an announced length is refused beyond 1 MiB", async () => {
    const chunk = new Uint8Array(64 * 1024).fill(32);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent > 64 * MIB) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { "content-type": "application/json" };
    const answer = await server.request<Envelope>("POST", "/graphql", { body, headers });
    expectRefused(answer, "PAYLOAD_TOO_LARGE");
    expect(sent).toBeLessThan(32 * MIB);
  });

  test.each([
    ["is not JSON", '{"query": "{ version }'],
    [
      "is nested without an end",
      `{"query":"{ version }","variables":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
    ],
  ])("that %s is refused", async (_, body) => {
    expect(expectRefused(await send(body), "BAD_REQUEST").details.field).toBe("body");
  });

  test("of another type than JSON is refused", async () => {
    const form = await send("query={version}", { "content-type": "application/x-www-form-urlencoded" });
    expect(expectRefused(form, "BAD_REQUEST").details.field).toBe("Content-Type");
  });

  test("may have its JSON type in capitals, with a charset", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    const answer = await server.request<GraphqlBody>("POST", "/graphql", {
      body: '{"query":"{ health }"}',
      headers,
    });
    expect(dataOf(answer)).toEqual({ health: true });
  });
});

describe("Accept", () => {
  const askFor = (accept: string, query: string) => ask(server, query, undefined, { headers: { accept } });

  test.each(["image/png", "text/html", "application/json;q=0.1", ""])(
    "%p is answered with JSON",
    async (accept) => {
      const answer = await askFor(accept, "{ health }");
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(dataOf(answer)).toEqual({ health: true });
      expect((await askFor(accept, "{ nothing }")).status).toBe(200);
    },
  );

  test("with GraphQL's own type: a bad query is a 400", async () => {
    const type = "application/graphql-response+json";
    const good = await askFor(type, "{ health }");
    const bad = await askFor(type, "{ nothing }");
    expect([good.status, bad.status]).toEqual([200, 400]);
    expect(bad.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
  });
});

describe("GET", () => {
  const get = (query: string, token?: string) =>
    server.request<GraphqlBody>("GET", `/graphql?query=${encodeURIComponent(query)}`, token ? { token } : {});

  test("answers a query", async () => {
    expect(dataOf(await get("{ health }"))).toEqual({ health: true });
    errorOf(await get("{ plugins { id } }"), "UNAUTHORIZED");
    expect(dataOf(await get("{ plugins { id } }", server.token))).toEqual({ plugins: [] });
  });

  test("cannot run a mutation", async () => {
    const input = 'provider: "mock", model: "mock", prompt: "What is 2 + 2?"';
    const answer = await get(`mutation { createCompletion(input: { ${input} }) { text } }`, server.token);
    expect(answer.status).toBe(405);
    errorOf(answer, "BAD_REQUEST");
    const { body } = await server.request("GET", "/v1/completions", { token: server.token });
    expect(body).toMatchObject({ total: 0 });
  });

  test("takes variables in the URL, and refuses malformed JSON", async () => {
    const url = "/graphql?query=query($yes:Boolean!){health@include(if:$yes)}&variables=";
    const { token } = server;
    expect(dataOf(await server.request<GraphqlBody>("GET", `${url}{"yes":true}`, { token }))).toEqual({
      health: true,
    });
    const refused = await server.request<Envelope>("GET", `${url}{"yes`, { token });
    expect(expectRefused(refused, "BAD_REQUEST").details.field).toBe("variables");
    const twice = await server.request<Envelope>("GET", `${url}{"yes":true,"yes":false}`, { token });
    expect(expectRefused(twice, "BAD_REQUEST").details.field).toBe("variables.yes");
  });

  test("refuses a field that is given twice, in the body and in a literal", async () => {
    const body = '{"query":"{ version }","query":"{ health }"}';
    const refused = await server.request<Envelope>("POST", "/graphql", { body });
    expect(expectRefused(refused, "BAD_REQUEST").details.field).toBe("query");
    const literal = 'mutation { createCompletion(input: { model: "a", model: "b" }) { text } }';
    const { body: answer } = await ask(server, literal);
    expect(answer.errors?.map(({ message }) => message).join()).toContain('input field named "model"');
  });

  test("without a query is refused", async () => {
    expect(errorOf(await server.request<GraphqlBody>("GET", "/graphql"), "BAD_REQUEST").message).toContain(
      "query",
    );
  });
});

describe("an internal error", () => {
  const tempDir = tempDirs();

  test("is masked, and logged with the request's id", async () => {
    const data_dir = tempDir();
    const database = await openDatabaseIn(data_dir);
    await database.client.execute("DROP TABLE plugins");
    await database.close();
    const lines: { level: number; request_id?: string; err?: { message: string } }[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => lines.push(JSON.parse(line)) });
    const broken = await startServer({ data_dir }, { log });
    const answer = await ask(broken, "{ version plugins { id } }", undefined, { token: broken.token });
    await broken.stop();
    const { message, extensions } = errorOf(answer, "INTERNAL_ERROR");
    expect(message).not.toContain("plugins");
    const logged = lines.find(({ request_id }) => request_id === extensions.request_id);
    expect(logged?.err?.message).toContain("plugins");
  });
});

test("ENABLE_GRAPHQL=false removes /graphql", async () => {
  const without = await startServer({ enable_graphql: false });
  const paths: [string, string][] = [
    ["POST", "/graphql"],
    ["GET", "/graphql?query={version}"],
    ["GET", "/graphql/assets/start.js"],
  ];
  for (const [method, path] of paths) {
    const sent = method === "POST" ? { body: { query: "{ version }" } } : {};
    expectRefused(await without.request<Envelope>(method, path, sent), "NOT_FOUND");
  }
  const page = await without.request<Envelope>("GET", "/graphql", { headers: { accept: "text/html" } });
  await without.stop();
  expectRefused(page, "NOT_FOUND");
});
