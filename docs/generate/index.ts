import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { plainSchema } from "../../src/api/openapi/schemas.ts";
import type { DatasetListing } from "../../src/domain/dataset.ts";
import { cliPage } from "./cli.ts";
import { datasetsPage } from "./datasets.ts";
import { errorsPage } from "./errors.ts";
import { type FreshServer, withFreshServer } from "./fresh-server.ts";
import { graphqlPage } from "./graphql.ts";
import { metricsPage } from "./metrics.ts";
import { type OpenApi, restPage } from "./rest.ts";
import { resultsPicture } from "./results-picture.ts";
import type { JsonSchema } from "./schema-text.ts";
import { schemasPage } from "./schemas.ts";
import { settingsPage } from "./settings.ts";
import { websocketPage } from "./websocket.ts";

/** The folder that the generated files are written to. */
export const DOCS = join(import.meta.dir, "..");

const plain = (schema: unknown): JsonSchema => plainSchema(JSON.parse(JSON.stringify(schema))) as JsonSchema;

/** What differs between two answers of the same kind. */
const STAMPS = { request_id: "550e8400-e29b-41d4-a716-446655440000", timestamp: "2026-11-23T06:49:37.968Z" };

/** The files that need answers of a server. */
async function fromServer({ data_dir, ask }: FreshServer): Promise<Record<string, string>> {
  const openapi = await ask<OpenApi>("GET", "/api-docs/openapi.json");
  const { items } = await ask<{ items: DatasetListing[] }>("GET", "/v1/datasets?page_size=100");
  const refusal = await ask<object>("GET", "/v1/users?page_size=0");
  return {
    "images/results.svg": await resultsPicture(ask),
    "reference/datasets.md": datasetsPage(items),
    "reference/errors.md": errorsPage({ ...refusal, ...STAMPS }),
    "reference/rest.md": restPage(openapi),
    "reference/schemas.md": schemasPage(openapi.components.schemas),
    "reference/settings.md": settingsPage(data_dir),
  };
}

/** All generated files, by their paths in `docs/`. */
export const generateDocs = async (): Promise<Record<string, string>> => ({
  ...(await withFreshServer(fromServer)),
  "reference/cli.md": await cliPage(),
  "reference/graphql.md": graphqlPage(),
  "reference/metrics.md": await metricsPage(plain),
  "reference/websocket.md": websocketPage(plain),
});

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generateDocs())) {
    mkdirSync(join(DOCS, dirname(path)), { recursive: true });
    writeFileSync(join(DOCS, path), text);
  }
}
