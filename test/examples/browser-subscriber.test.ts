import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "../support/paths.ts";
import { hasBrowser, startBrowser, type TestBrowser, waitForText } from "../support/server/browser.ts";
import { startServer, type TestServer } from "../support/server/index.ts";

/** The page of `examples/browser-subscriber`, served from an origin of its own as its readers would. */
const PAGE = join(ROOT, "examples/browser-subscriber/index.html");
const BROWSER_MS = 60_000;

describe.skipIf(!hasBrowser)("the page that subscribes", () => {
  let pages: Bun.Server<undefined>;
  let server: TestServer;
  let browser: TestBrowser;
  beforeAll(async () => {
    pages = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response(Bun.file(PAGE), { headers: { "content-type": "text/html" } }),
    });
    server = await startServer({ cors_origins: [pages.url.origin] });
    browser = await startBrowser();
  }, BROWSER_MS);
  afterAll(async () => {
    await browser.close();
    await pages.stop(true);
    await server.stop();
  });

  const address = (fragment: string) => `${pages.url.href}?server=${new URL(server.url).host}${fragment}`;

  test.each([
    ["as a viewer that nobody knows", (): string => ""],
    ["with a token behind the #", (): string => `#token=${server.token}`],
  ] as const)(
    "%s shows a benchmark to its end",
    async (_who, fragment) => {
      const { page } = await browser.visit(address(fragment()));
      await waitForText(page, "#state", /Subscribed to 1 topic/);
      const { body } = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", {
        token: server.token,
        body: {
          name: "watched",
          providers: [{ provider: "mock", model: "mock?latency_ms=5" }],
          dataset: "arithmetic",
          metrics: ["accuracy"],
          iterations: 50,
        },
      });
      await waitForText(page, `[id="${body.benchmark_id}"]`, /completed/);
      const value: unknown = await page.evaluate(
        `document.querySelector('[id="${body.benchmark_id}"] progress').value`,
      );
      expect(value).toBe(1);
    },
    BROWSER_MS,
  );

  test(
    "is refused from an origin that the server does not allow, and says so",
    async () => {
      const other = await startServer();
      try {
        const { page } = await browser.visit(`${pages.url.href}?server=${new URL(other.url).host}`);
        expect(await waitForText(page, "#state", /Disconnected/)).toContain("trying again");
      } finally {
        await other.stop();
      }
    },
    BROWSER_MS,
  );
});
