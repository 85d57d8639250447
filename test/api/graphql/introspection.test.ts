import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getIntrospectionQuery } from "graphql";
import { createUser } from "../../support/cast.ts";
import { ask, dataOf, errorOf } from "../../support/server/graphql.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const TYPE = '{ __type(name: "Query") { name } }';

describe("in production", () => {
  let server: TestServer;
  let viewer: string;
  beforeAll(async () => {
    server = await startServer({ node_env: "production", jwt_secret: "s".repeat(32) });
    viewer = (await createUser(server, "viewer", "viewer")).token;
  });
  afterAll(() => server.stop());

  test.each([
    ["the whole schema", getIntrospectionQuery()],
    ["a type", TYPE],
    ["a type under another name", '{ version a: __type(name: "Query") { name } }'],
    ["a type in a fragment", '{ ...all } fragment all on Query { __type(name: "Query") { name } }'],
  ])("a caller without credentials does not see %s", async (_name, query) => {
    const { message } = errorOf(await ask(server, query), "UNAUTHORIZED");
    expect(message).toContain("introspection needs authentication");
  });

  test("a caller without credentials gets no suggested names", async () => {
    for (const query of ["{ verson }", "{ plugins { nam } }", "{ plugin(idd: 1) { id } }"]) {
      const { body } = await ask(server, query);
      expect(body.errors?.length).toBeGreaterThan(0);
      for (const { message } of body.errors ?? []) expect(message).not.toContain("Did you mean");
    }
  });

  test("a viewer sees the schema, and gets suggestions", async () => {
    const sent = { token: viewer };
    expect(dataOf(await ask(server, TYPE, undefined, sent))).toEqual({ __type: { name: "Query" } });
    expect(errorOf(await ask(server, "{ verson }", undefined, sent), "BAD_REQUEST").message).toContain(
      'Did you mean "version"?',
    );
  });

  test("public fields and __typename need no credentials", async () => {
    expect(dataOf(await ask(server, "{ __typename health }"))).toEqual({ __typename: "Query", health: true });
  });
});

test("in development everybody sees the schema", async () => {
  const server = await startServer();
  expect(dataOf(await ask(server, TYPE))).toEqual({ __type: { name: "Query" } });
  await server.stop();
});
