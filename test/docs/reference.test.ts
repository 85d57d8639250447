import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCS, generateDocs } from "../../docs/generate/index.ts";
import { VARIABLES } from "../../src/config/settings.ts";
import { metricNames } from "../../src/metrics/index.ts";

/** The files that `bun run docs` writes are those that are committed, and nothing of the code is missing in them. */
let pages: Record<string, string>;
beforeAll(async () => {
  pages = await generateDocs();
});

const committed = (path: string): string => readFileSync(join(DOCS, path), "utf8");

test.each(["reference", "images"])("the folder %s holds the generated files and no others", (folder) => {
  const generated = Object.keys(pages).filter((path) => path.startsWith(`${folder}/`));
  expect(
    readdirSync(join(DOCS, folder))
      .sort()
      .map((name) => `${folder}/${name}`),
  ).toEqual(generated.sort());
});

test("`bun run docs` changes nothing", () => {
  const changed = Object.keys(pages).filter((path) => committed(path) !== pages[path]);
  expect(changed, "run `bun run docs` and commit what it changed").toEqual([]);
});

describe("the page of", () => {
  test("settings has every variable", () => {
    const listed = new Set(pages["reference/settings.md"]?.match(/`[A-Z][A-Z0-9_]+`/g));
    // A provider's base URL and concurrency are described once, by the name that they begin with.
    const isListed = (name: string) =>
      listed.has(`\`${name}\``) || listed.has(`\`${name.replace(/_(?:BASE_URL|CONCURRENCY)$/, "")}\``);
    expect(VARIABLES.filter((name) => !isListed(name))).toEqual([]);
  });

  test("metrics has every metric, and every count of the server", () => {
    const names = [...metricNames, "http_requests_total", "benchmarks_running"];
    expect(names.filter((name) => !pages["reference/metrics.md"]?.includes(`\`${name}\``))).toEqual([]);
  });

  test("REST has the routes, with links to the schemas that exist", () => {
    const rest = pages["reference/rest.md"] ?? "";
    for (const route of ["POST /v1/benchmarks", "GET /health", "POST /v1/chat/completions"])
      expect(rest).toContain(`### \`${route}\``);
    const schemas = pages["reference/schemas.md"] ?? "";
    for (const [, name = ""] of rest.matchAll(/\[(\w+)\]\(schemas\.md#/g))
      expect(schemas).toContain(`\n## ${name}\n`);
  });

  test("settings says what is accepted, and what the default is", () => {
    expect(pages["reference/settings.md"]).toMatch(
      /^\| `RETENTION_DAYS` \| `90` \| .+ \| .*1 to 36500.* \|$/m,
    );
  });
});
