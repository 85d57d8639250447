import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Dataset } from "../../../src/domain/dataset.ts";
import { createKey, createUser } from "../../support/cast.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
let user: string;
beforeAll(async () => {
  server = await startServer({ upload_quota_mb: 1 });
  user = (await createUser(server, "user@example.com", "user")).token;
});
afterAll(() => server.stop());

const upload = (name: string, kilobytes: number, token = user) =>
  server.request<Dataset & { error: { code: string; details: object } }>("POST", "/v1/datasets", {
    token,
    body: {
      name,
      samples: Array.from({ length: kilobytes }, (_, row) => ({ input: `${row} ${"x".repeat(990)}` })),
    },
  });

test("a caller's datasets have a limit together, and a deleted one makes room", async () => {
  const first = await upload("first", 600);
  expect(first.status).toBe(201);
  const refused = await upload("second", 600);
  expect([refused.status, refused.body.error]).toMatchObject([
    413,
    { code: "PAYLOAD_TOO_LARGE", details: { maximum_bytes: 1_000_000 } },
  ]);
  expect((await upload("small", 100)).status).toBe(201);
  const { body: names } = await server.request<{ items: { name: string; source: string }[] }>(
    "GET",
    "/v1/datasets?page_size=100",
    { token: user },
  );
  const uploads = names.items.filter(({ source }) => source === "upload").map(({ name }) => name);
  expect(uploads).toEqual(["first", "small"]);

  await server.request("DELETE", `/v1/datasets/${first.body.dataset_id}`, { token: user });
  expect((await upload("second", 600)).status).toBe(201);
});

test("the limit is each caller's own", async () => {
  const { key } = await createKey(server, "service");
  expect((await upload("of-a-key", 900, key)).status).toBe(201);
});
