import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "../../src/server.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { ADMIN, type Answers, READ_PATHS } from "../fixtures/releases/reading.ts";
import { readDatabase } from "../support/server/server-process.ts";
import { databaseFile } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const FOLDER = join(import.meta.dir, "../fixtures/releases");
const RELEASES = [...new Bun.Glob("*.db.gz").scanSync(FOLDER)].map((name) => name.replace(".db.gz", ""));
const tempDir = tempDirs();

const unpacked = async (name: string): Promise<Uint8Array> =>
  Bun.gunzipSync(await Bun.file(join(FOLDER, name)).bytes());

/** A folder with a release's database. */
async function dataOf(release: string): Promise<string> {
  const data_dir = tempDir();
  writeFileSync(databaseFile(data_dir), await unpacked(`${release}.db.gz`));
  return data_dir;
}

/** A server of this version that does not run the benchmark that was left open. */
const serverOver = (data_dir: string) =>
  createServer({ data_dir, enable_graphql: false }, { log: createLog("silent") });

/** How many rows each table has. */
const countsOf = (data_dir: string) =>
  readDatabase(data_dir, async (client) => {
    const tables = await client.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    const counts: Record<string, number> = {};
    for (const { name } of tables.rows)
      counts[String(name)] = Number((await client.execute(`SELECT count(*) FROM "${name}"`)).rows[0]?.[0]);
    return counts;
  });

interface Listed {
  items: { dataset_id: string | null }[];
}

/** Of the catalogue of datasets, only what is stored: its other lines and all texts are this version's own. */
function storedOf(path: string, answer: unknown): unknown {
  if (path !== "/v1/datasets") return answer;
  const { items } = answer as Listed;
  return items
    .filter(({ dataset_id }) => dataset_id !== null)
    .map(({ ...item }) =>
      Object.fromEntries(
        Object.entries(item).filter(([name]) => !["description", "protocols", "homepage"].includes(name)),
      ),
    );
}

describe.each(RELEASES)("the data of release %s", (release) => {
  test("open under this version and read the same", async () => {
    const before = JSON.parse(new TextDecoder().decode(await unpacked(`${release}.json.gz`))) as Answers;
    const server = await serverOver(await dataOf(release));
    for (const pathsOf of READ_PATHS) {
      for (const path of pathsOf(before)) {
        const response = await server.handleAsOperator(new Request(`http://localhost${path}`));
        const after = storedOf(path, await response.json());
        // Fields that were added since may be there as well.
        expect({ [path]: after }).toMatchObject({ [path]: storedOf(path, before[path]) as object });
      }
    }
    await server.stop();
  });

  test("keep every row of every kind, and their passwords", async () => {
    const data_dir = await dataOf(release);
    const { __drizzle_migrations, ...before } = await countsOf(data_dir);
    for (const count of Object.values(before)) expect(count).toBeGreaterThan(0);
    const server = await serverOver(data_dir);
    const body = JSON.stringify(ADMIN);
    const headers = { "content-type": "application/json" };
    const login = new Request("http://localhost/v1/auth/login", { method: "POST", headers, body });
    expect((await server.handleAsOperator(login)).status).toBe(200);
    await server.stop();
    expect(await countsOf(data_dir)).toMatchObject(before);
  });
});
