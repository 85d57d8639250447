import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Refusal, runBenchmark, startBenchmark } from "../../../support/benchmarks.ts";
import { hasBrowser, startBrowser, type TestBrowser } from "../../../support/server/browser.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { tempDirs } from "../../../support/temp-dir.ts";

const tempDir = tempDirs();
const ODD = `<script>alert("x")</script> & 'Co'`;

let server: TestServer;
let id: string;
let html: string;

const report = (of: string) =>
  server.request<string>("GET", `/v1/benchmarks/${of}/report`, { token: server.token });

beforeAll(async () => {
  server = await startServer();
  const providers = [
    { provider: "baseline", model: "random" },
    { provider: "baseline", model: "longest", label: ODD },
    { provider: "mock", model: "mock?error_rate=0.2&error=401&seed=1", label: "failing" },
  ];
  const assertions = [{ metric: "accuracy", run: ODD, min: 0.99 }];
  const request = { name: ODD, providers, metrics: ["accuracy", "latency", "classification"], assertions };
  id = (await runBenchmark(server, request)).benchmark_id;
  html = (await report(id)).body;
});
afterAll(() => server.stop());

describe("the report", () => {
  test("is a page that loads no other file", async () => {
    const { status, headers } = await report(id);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("script-src");
    expect(html).not.toMatch(/<script|<link|<img|src=|href=|url\(/);
  });

  test("escapes names", () => {
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#x27;Co&#x27;");
  });

  test("has a chart for each metric, the comparisons, groups, outcomes and the receipt", () => {
    const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      "Assertions",
      "accuracy",
      "latency",
      "classification",
      "Comparisons",
      "Groups: accuracy",
      "Outcomes",
      "Receipt",
    ]);
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(html).toContain("Not all assertions hold.");
    expect(html).toMatch(/\d+ unscored\)/);
  });

  test("says why times have no verdict, once, and shows means of groups and confusion matrices", () => {
    expect(html.match(/<span class="none">no verdict<\/span>/g)).toHaveLength(3);
    expect(html.match(/no verdict on latency: A figure of time belongs to the load/g)).toHaveLength(1);
    expect(html).toContain("(10 groups)");
    expect(html).toMatch(/<th>expected<\/th>.*<th>A<\/th>.*<th>D<\/th>.*<th>no label<\/th>/s);
  });

  test("draws each mean between the ends of its interval", () => {
    const [svg = ""] = /<svg [\s\S]*?<\/svg>/.exec(html) ?? [];
    const intervals = [...svg.matchAll(/class="interval" x1="([\d.]+)" x2="([\d.]+)"/g)];
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(intervals).toHaveLength(3);
    for (const [index, [, low, high]] of intervals.entries()) {
      expect(Number(low)).toBeLessThan(dots[index] ?? Number.NaN);
      expect(Number(high)).toBeGreaterThan(dots[index] ?? Number.NaN);
    }
  });

  test("is refused while the benchmark is running", async () => {
    const slow = { providers: [{ provider: "mock", model: "mock?latency_ms=1000" }] };
    const { benchmark_id } = await startBenchmark(server, slow);
    const { status, body } = await server.request<Refusal>("GET", `/v1/benchmarks/${benchmark_id}/report`, {
      token: server.token,
    });
    expect([status, body.error.code]).toEqual([409, "CONFLICT"]);
  });
});

describe.skipIf(!hasBrowser)("saved as a file", () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test("it fits a browser's window, runs no script and contacts no server", async () => {
    const file = join(tempDir(), "report.html");
    await Bun.write(file, html);
    const { page, origins, complaints } = await browser.visit(pathToFileURL(file).href);
    const heading = await page.evaluate("document.querySelector('h1').textContent");
    expect(heading).toBe(ODD);
    const overflows = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    expect({ overflows, complaints, origins: origins.size }).toEqual({
      overflows: false,
      complaints: [],
      origins: 1,
    });
    if (Bun.env.KEEP_REPORT) await page.screenshot({ path: "/tmp/report.png", fullPage: true });
  }, 60_000);
});
