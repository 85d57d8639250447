import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainSchema } from "../../src/api/openapi/schemas.ts";
import type { DatasetListing } from "../../src/domain/dataset.ts";
import { createServer, type Server } from "../../src/server.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { cliPage } from "./cli.ts";
import { datasetsPage } from "./datasets.ts";
import { errorsPage } from "./errors.ts";
import { graphqlPage } from "./graphql.ts";
import { metricsPage } from "./metrics.ts";
import { type OpenApi, restPage } from "./rest.ts";
import type { JsonSchema } from "./schema-text.ts";
import { schemasPage } from "./schemas.ts";
import { settingsPage } from "./settings.ts";
import { websocketPage } from "./websocket.ts";

/** The folder of the generated pages. */
export const REFERENCE = join(import.meta.dir, "../reference");

const plain = (schema: unknown): JsonSchema => plainSchema(JSON.parse(JSON.stringify(schema))) as JsonSchema;

/** What differs between two answers of the same kind. */
const STAMPS = { request_id: "550e8400-e29b-41d4-a716-446655440000", timestamp: "2026-11-23T06:49:37.968Z" };

async function refusal(server: Server): Promise<object> {
  const response = await server.handleAsOperator(new Request("http://localhost/v1/users?page_size=0"));
  return { ...((await response.json()) as object), ...STAMPS };
}

async function read<Answer>(server: Server, path: string): Promise<Answer> {
  const response = await server.handleAsOperator(new Request(`http://localhost${path}`));
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** What a fresh server says of itself; it does not listen, and its folder is removed. */
async function fromFreshServer(): Promise<Record<string, string>> {
  const data_dir = mkdtempSync(join(tmpdir(), "llm-test-bench-docs-"));
  const server = await createServer(
    { data_dir, admin_username: "admin", admin_password: "not used by anybody" },
    { log: createLog("silent") },
  );
  try {
    const openapi = await read<OpenApi>(server, "/api-docs/openapi.json");
    const { items } = await read<{ items: DatasetListing[] }>(server, "/v1/datasets?page_size=100");
    return {
      "rest.md": restPage(openapi),
      "schemas.md": schemasPage(openapi.components.schemas),
      "datasets.md": datasetsPage(items),
      "settings.md": settingsPage(data_dir),
      "errors.md": errorsPage(await refusal(server)),
    };
  } finally {
    await server.stop();
    rmSync(data_dir, { recursive: true, force: true });
  }
}

/** The pages of the reference by file name. */
export const generateReference = async (): Promise<Record<string, string>> => ({
  ...(await fromFreshServer()),
  "cli.md": await cliPage(),
  "graphql.md": graphqlPage(),
  "metrics.md": await metricsPage(plain),
  "websocket.md": websocketPage(plain),
});

if (import.meta.main) {
  mkdirSync(REFERENCE, { recursive: true });
  for (const [name, text] of Object.entries(await generateReference()))
    writeFileSync(join(REFERENCE, name), text);
}
