import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/paths.ts";
import {
  hasBrowser,
  paste,
  startBrowser,
  type TestBrowser,
  waitForText,
} from "../../support/server/browser.ts";
import { type Envelope, expectRefused } from "../../support/server/envelope.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const MODULES = join(ROOT, "node_modules");
const PAGES = [
  ["Swagger UI", "/swagger-ui"],
  ["Swagger UI", "/swagger-ui/"],
  ["GraphiQL", "/graphql"],
] as const;

/** The files that the pages load, and the package's file behind each. */
const PACKAGED = [
  [
    "/swagger-ui/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js",
    "text/javascript; charset=utf-8",
  ],
  ["/swagger-ui/swagger-ui.css", "swagger-ui-dist/swagger-ui.css", "text/css; charset=utf-8"],
  ["/swagger-ui/favicon.png", "swagger-ui-dist/favicon-32x32.png", "image/png"],
  [
    "/graphql/assets/graphiql.js",
    "@graphql-yoga/render-graphiql/esm/graphiql.js",
    "text/javascript; charset=utf-8",
  ],
] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const getPage = (path: string) => get(path, { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });

describe.each(PAGES)("the page of %s at %s", (name, path) => {
  test("needs no authentication, and has a title", async () => {
    const response = await getPage(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(await response.text()).toContain(`<title>${name} · LLM Test Bench</title>`);
  });

  test("refers only to existing files of this server", async () => {
    const html = await (await getPage(path)).text();
    expect(html).not.toMatch(/\/\/[a-z0-9]/i);
    const references = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(
      ([, reference]) => reference ?? "",
    );
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references)
      expect([reference, (await get(reference)).status]).toEqual([reference, 200]);
  });

  test("runs only this server's scripts, and cannot be framed", async () => {
    const policy = (await getPage(path)).headers.get("content-security-policy") ?? "";
    const directives = new Map(policy.split("; ").map((each) => each.split(/ (.*)/s) as [string, string]));
    expect(directives.get("default-src")).toBe("'none'");
    expect(directives.get("script-src")).toMatch(/^'self'( blob:)?$/);
    expect(directives.get("connect-src")).toBe("'self'");
    expect(directives.get("frame-ancestors")).toBe("'none'");
    expect(policy).not.toMatch(/https?:|\*/);
  });
});

describe.each(PACKAGED)("%s", (path, file, type) => {
  const original = () => Bun.file(join(MODULES, file)).bytes();

  test("is the package's file, compressed for clients that accept gzip", async () => {
    const response = await get(path, { "accept-encoding": "gzip, br" });
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toContain("Accept-Encoding");
    expect(Bun.hash(await response.bytes())).toBe(Bun.hash(await original()));
  });

  test.each(["identity", "br", "gzip;q=0", ""])(
    "is not compressed for clients that accept '%s'",
    async (accepted) => {
      const response = await get(path, { "accept-encoding": accepted });
      expect(response.headers.get("content-encoding")).toBeNull();
      expect(Bun.hash(await response.bytes())).toBe(Bun.hash(await original()));
    },
  );

  test("is not sent again to a client that has it", async () => {
    const etag = (await get(path)).headers.get("etag") ?? "";
    const again = await get(path, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const plain = await get(path, { "if-none-match": etag, "accept-encoding": "identity" });
    expect(plain.status).toBe(200);
  });
});

test("compressed files are kept in DATA_DIR, and created again if they are deleted", async () => {
  const path = "/swagger-ui/swagger-ui.css";
  const cache = join(server.server.config.data_dir, "cache");
  const before = await (await get(path)).text();
  expect(existsSync(cache)).toBe(true);
  rmSync(cache, { recursive: true });
  expect(await (await get(path)).text()).toBe(before);
  expect(existsSync(cache)).toBe(true);
});

test("ENABLE_SWAGGER=false removes the page and the document, but not GraphiQL", async () => {
  const without = await startServer({ enable_swagger: false });
  const paths = ["/swagger-ui", "/swagger-ui/", "/swagger-ui/swagger-ui.css", "/api-docs/openapi.json"];
  const answers = await Promise.all(paths.map((path) => without.request<Envelope>("GET", path)));
  const graphiql = await without.request("GET", "/graphql", { headers: { accept: "text/html" } });
  await without.stop();
  for (const answer of answers) expectRefused(answer, "NOT_FOUND");
  expect(graphiql.status).toBe(200);
});

describe.skipIf(!hasBrowser)("in a browser", () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("Swagger UI shows every operation of the document, and contacts no other server", async () => {
    const { body } = await server.request<{ paths: Record<string, object> }>("GET", "/api-docs/openapi.json");
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const { page, origins, complaints } = await browser.visit(`${server.url}/swagger-ui`);
    await page.waitForSelector(".opblock");
    const visible = await page.evaluate(`Array.from(document.querySelectorAll(".opblock"), (block) =>
      block.querySelector(".opblock-summary-method").textContent + " " +
      block.querySelector("[data-path]").dataset.path)`);
    expect((visible as string[]).sort()).toEqual(operations.sort());
    expect({ origins: [...origins], complaints }).toEqual({ origins: [server.url], complaints: [] });
  }, 60_000);

  test("Swagger UI runs an operation with the token, and keeps the token", async () => {
    const { page, complaints } = await browser.visit(`${server.url}/swagger-ui`);
    await page.locator("button.authorize").click();
    await paste(page, "#auth-bearer-value", server.token);
    await page.locator(".auth-container button.authorize").click();
    await page.locator(".btn-done").click();
    await page.reload();
    const me = "#operations-Authentication-getMe";
    await page.locator(`${me} .opblock-summary`).click();
    await page.locator(`${me} .try-out__btn`).click();
    await page.locator(`${me} .execute`).click();
    await waitForText(page, `${me} .live-responses-table tbody .response-col_status`, /^200/);
    const answer = await waitForText(page, `${me} .live-responses-table .highlight-code`, /role/);
    expect(answer).toContain('"role": "admin"');
    expect(complaints).toEqual([]);
  }, 60_000);

  test("GraphiQL knows the schema, runs a query, and contacts no other server", async () => {
    const { page, origins, complaints } = await browser.visit(`${server.url}/graphql`);
    await page.locator('[aria-label="Show Documentation Explorer"]').click();
    await waitForText(page, ".graphiql-plugin", /query: Query.*mutation: Mutation/);
    await page.locator("button.graphiql-execute-button").click();
    const { body } = await server.request<{ version: string }>("GET", "/health");
    const result = await waitForText(page, ".result-window .view-lines", /health/);
    expect(result).toContain(`"version": "${body.version}"`);
    expect({ origins: [...origins], complaints }).toEqual({ origins: [server.url], complaints: [] });
  }, 60_000);

  test("GraphiQL sends the headers from its editor", async () => {
    const query = encodeURIComponent("{ plugins { name } }");
    const { page, complaints } = await browser.visit(`${server.url}/graphql?query=${query}`);
    await page.locator("button.graphiql-execute-button").click();
    await waitForText(page, ".result-window .view-lines", /UNAUTHORIZED/);
    await page.locator('button[data-name="headers"]').click();
    const headers = JSON.stringify({ Authorization: `Bearer ${server.token}` });
    await paste(page, 'section[aria-label="Headers"] .graphiql-editor:not(.hidden) .view-lines', headers);
    await page.locator("button.graphiql-execute-button").click();
    expect(await waitForText(page, ".result-window .view-lines", /"plugins": \[/)).not.toContain("errors");
    expect(complaints).toEqual([]);
  }, 60_000);
});
