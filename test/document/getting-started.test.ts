import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ConfigOptions, configFromEnvironment, createConfig } from "../../src/config/index.ts";
import { type DocumentServer, startDocumentServer } from "../support/document.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { openSocket } from "../support/server/socket.ts";

/** The document's chapter "Getting Started": the configuration in code and in the environment. */
let server: DocumentServer;
beforeAll(async () => {
  server = await startDocumentServer();
});
afterAll(() => server.stop());

describe("Getting Started", () => {
  test("the configuration in code", () => {
    const config = createConfig({
      bind_address: "0.0.0.0:3000",
      enable_rest: true,
      enable_graphql: true,
      enable_websocket: true,
      jwt_secret: "your-secret-key-change-in-production",
      jwt_expiration: 3600,
      rate_limit_rps: 100,
      rate_limit_burst: 50,
      cors_origins: ["https://myapp.com"],
    });
    expect(config).toMatchObject({
      bind_address: { hostname: "0.0.0.0", port: 3000 },
      jwt_expiration: 3600,
      rate_limit_rps: 100,
      cors_origins: ["https://myapp.com"],
    });
  });

  test("the environment variables", () => {
    const config = configFromEnvironment({
      JWT_SECRET: "your-secret-key-change-in-production",
      BIND_ADDRESS: "0.0.0.0:3000",
      ENABLE_SWAGGER: "true",
      CORS_ORIGINS: "https://myapp.com,https://staging.myapp.com",
    });
    expect(config).toMatchObject({
      jwt_secret: "your-secret-key-change-in-production",
      bind_address: { hostname: "0.0.0.0", port: 3000 },
      enable_swagger: true,
      cors_origins: ["https://myapp.com", "https://staging.myapp.com"],
      // The defaults of the document.
      rate_limit_rps: 100,
      rate_limit_burst: 50,
      jwt_expiration: 3600,
    });
  });

  test("a server of that configuration runs on all addresses", async () => {
    const own = await startServer({
      bind_address: "0.0.0.0:0",
      enable_rest: true,
      enable_graphql: true,
      enable_websocket: true,
      enable_swagger: true,
      jwt_secret: "your-secret-key-change-in-production",
      jwt_expiration: 3600,
      rate_limit_rps: 100,
      rate_limit_burst: 50,
      cors_origins: ["https://myapp.com"],
    });
    try {
      const { port } = new URL(own.url);
      const response = await fetch(`http://127.0.0.1:${port}/health`, {
        headers: { origin: "https://myapp.com" },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://myapp.com");
    } finally {
      await own.stop();
    }
  });

  const without = async (off: ConfigOptions, look: (own: TestServer) => Promise<void>): Promise<void> => {
    const own = await startServer(off);
    try {
      expect((await own.request("GET", "/health")).status).toBe(200);
      await look(own);
    } finally {
      await own.stop();
    }
  };

  const PAGES: readonly (readonly [off: ConfigOptions, path: string])[] = [
    [{ enable_graphql: false }, "/graphql?query={version}"],
    [{ enable_swagger: false }, "/swagger-ui"],
    [{ enable_swagger: false }, "/api-docs/openapi.json"],
  ];
  for (const [off, path] of PAGES) {
    test(`${Object.keys(off)}: false leaves ${path} out`, async () => {
      expect((await server.request("GET", path)).status).toBe(200);
      await without(off, async (own) => {
        expect((await own.request("GET", path)).status).toBe(404);
      });
    });
  }

  test("enable_websocket: false leaves /ws out", async () => {
    await (await openSocket(server.url)).close();
    await without({ enable_websocket: false }, async (own) => {
      await expect(openSocket(own.url)).rejects.toThrow();
    });
  });

  test("enable_rest: false leaves the routes out for everybody but the command line", async () => {
    await without({ enable_rest: false }, async (own) => {
      const { status } = await own.request("GET", "/health");
      expect(status).toBe(200);
      expect((await own.request("GET", "/v1/metrics", { token: server.token })).status).not.toBe(200);
      const providers = new Request("http://localhost/v1/providers");
      expect((await own.server.handleAsOperator(providers)).status).toBe(200);
    });
  });
});
