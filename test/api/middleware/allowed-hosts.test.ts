import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answeredHosts } from "../../../src/api/middleware/allowed-hosts.ts";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { sendRaw } from "../../support/server/raw-http.ts";
import { shakeHands } from "../../support/server/raw-socket.ts";

const PATHS = [
  "/health",
  "/metrics",
  "/v1/benchmarks",
  "/graphql?query={version}",
  "/swagger-ui",
  "/nothing",
];

const getAs = (server: TestServer, path: string, host: string) =>
  sendRaw<Envelope>(server.url, [
    `GET ${path} HTTP/1.1`,
    `Authorization: Bearer ${server.token}`,
    `Host: ${host}`,
  ]);

const statusOf = async (server: TestServer, host: string) => (await getAs(server, "/health", host)).status;

/** Opens a socket as a page of that host would; returns the status. */
async function pageSocket({ url }: TestServer, host: string): Promise<number> {
  const { status, connection } = await shakeHands(url, { Host: host, Origin: `http://${host}` });
  connection.destroy();
  return status;
}

describe("bound to loopback", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ allowed_hosts: ["Bench.example.com", "[fd00::20]"] });
  });
  afterAll(() => server.stop());

  test.each([
    "evil.com:31000",
    "evil.com",
    "localhost.evil.com",
    "127.0.0.1.evil.com",
    "192.168.1.2",
    "0.0.0.0",
  ])("a page of %s, whose name points here, reads nothing", async (host) => {
    for (const path of PATHS) {
      const { details, message } = expectRefused(await getAs(server, path, host), "BAD_REQUEST");
      expect(details).toMatchObject({ field: "Host" });
      expect(message).toContain("ALLOWED_HOSTS");
    }
    expect(await pageSocket(server, host)).toBe(400);
  });

  test.each([
    "localhost",
    "LOCALHOST:3000",
    "localhost.",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:3000",
    "bench.example.com",
    "bench.example.com.:443",
    "[fd00::20]:3000",
  ])("Host: %s is answered", async (host) => {
    expect(await statusOf(server, host)).toBe(200);
  });

  test.each(["localhost:3000", "[::1]:3000", "bench.example.com"])(
    "a page of %s may open a socket",
    async (host) => {
      expect(await pageSocket(server, host)).toBe(101);
    },
  );

  test("the command line is answered whatever the host", async () => {
    const answer = await server.server.handleAsOperator(
      new Request("http://evil.com/v1/benchmarks", { headers: { host: "evil.com" } }),
    );
    expect(answer.status).toBe(200);
  });
});

describe("bound to all interfaces", () => {
  test("every host is answered, but /metrics needs an admin under a foreign host", async () => {
    const server = await startServer({ bind_address: "0.0.0.0:0" });
    for (const host of ["evil.com", "192.168.1.2:3000", "localhost"])
      expect(await statusOf(server, host)).toBe(200);
    const metrics = (host: string) =>
      sendRaw<Envelope>(server.url, ["GET /metrics HTTP/1.1", `Host: ${host}`]);
    expectRefused(await metrics("evil.com:31000"), "UNAUTHORIZED");
    expect((await metrics("localhost:3000")).status).toBe(200);
    await server.stop();
  });

  test("with ALLOWED_HOSTS only those and the loopback's own are answered", async () => {
    const server = await startServer({ bind_address: "0.0.0.0:0", allowed_hosts: ["bench.example.com"] });
    expect(await statusOf(server, "bench.example.com")).toBe(200);
    expect(await statusOf(server, "127.0.0.1:3000")).toBe(200);
    expect(await statusOf(server, "evil.com")).toBe(400);
    await server.stop();
  });
});

test.each([
  ["127.0.0.1", [], ["localhost", "127.0.0.1", "[::1]"]],
  ["127.0.0.5", [], ["localhost", "127.0.0.1", "[::1]", "127.0.0.5"]],
  ["::1", [], ["localhost", "127.0.0.1", "[::1]"]],
  ["localhost", ["a"], ["localhost", "127.0.0.1", "[::1]", "a"]],
  ["192.168.1.5", ["a"], ["localhost", "127.0.0.1", "[::1]", "192.168.1.5", "a"]],
  ["fd00::5", ["a"], ["localhost", "127.0.0.1", "[::1]", "[fd00::5]", "a"]],
  ["::", ["a"], ["localhost", "127.0.0.1", "[::1]", "a"]],
])("bound to %s with ALLOWED_HOSTS %p: %p", (bound, allowed, answered) => {
  expect([...(answeredHosts(bound, allowed) ?? [])]).toEqual(answered);
});

test.each(["192.168.1.5", "0.0.0.0", "::", "bench.example.com", "127.evil.com"])(
  "bound to %s without ALLOWED_HOSTS: any host",
  (bound) => {
    expect(answeredHosts(bound, [])).toBeNull();
  },
);
