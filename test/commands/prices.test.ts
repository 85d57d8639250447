import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelList } from "../../src/domain/model.ts";
import { createCli } from "../support/server/cli.ts";
import { startServerProcess } from "../support/server/server-process.ts";
import { tempDirs } from "../support/temp-dir.ts";

const cli = createCli();
const tempDir = tempDirs();
const FILE = "models-dev-prices.json";

const document = (input: number) => ({
  openai: {
    models: { "gpt-4o": { cost: { input, output: 10 } }, "gpt-9": { cost: { input: 1, output: 2 } } },
  },
});

/** A stand-in for models.dev that answers each path differently. */
const site = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const answers: Record<string, () => Response> = {
      "/api.json": () => Response.json(document(2)),
      "/later.json": () => Response.json(document(1)),
      "/empty.json": () => Response.json({}),
      "/blank.json": () => new Response(""),
      "/page.html": () => new Response("<html></html>"),
    };
    return answers[new URL(request.url).pathname]?.() ?? new Response("gone", { status: 404 });
  },
});
afterAll(() => site.stop(true));
const at = (path: string) => new URL(path, site.url).href;

const update = (data_dir: string, from: string) =>
  cli.run(["prices", "update", "--from", from], { DATA_DIR: data_dir });

test("without a server, it writes the prices that the next server uses, and prints what changed", async () => {
  const data_dir = tempDir();
  const { code, stdout, stderr } = await update(data_dir, at("/api.json"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toStartWith(`2 models of 1 provider from models.dev (${at("/api.json")}), as of 20`);
  expect(stdout).toContain("New: 1\n  openai/gpt-9\n");
  expect(stdout).toContain("Changed, in US dollars per million tokens: 1\n");
  expect(stdout).toContain("  openai/gpt-4o  input 2.5 → 2, cache_read 1.25 → –\n");
  expect(readdirSync(data_dir).filter((name) => name.startsWith(FILE))).toEqual([FILE]);
  expect((await update(data_dir, at("/api.json"))).stdout).toContain("Nothing changed.");
});

let updated: string;
beforeAll(async () => {
  updated = tempDir();
  await update(updated, at("/api.json"));
});

test.each([
  ["/missing.json", "answered HTTP 404"],
  ["/page.html", "is not valid JSON"],
  ["/blank.json", "is not valid JSON"],
  ["/empty.json", "has no price"],
])("%s changes nothing, and the fault is named", async (path, fault) => {
  const data_dir = updated;
  const before = readFileSync(join(data_dir, FILE), "utf8");
  const { code, stderr } = await update(data_dir, at(path));
  expect(code).toBe(1);
  expect(stderr).toContain(fault);
  expect(stderr).toContain("The prices in use are unchanged.");
  expect(readFileSync(join(data_dir, FILE), "utf8")).toBe(before);
});

test("an address without a server and a missing file are errors too", async () => {
  const data_dir = tempDir();
  for (const from of ["http://127.0.0.1:1/api.json", join(data_dir, "missing.json")]) {
    const { code, stderr } = await update(data_dir, from);
    expect(code).toBe(1);
    expect(stderr).toContain("could not be read");
  }
  expect(existsSync(join(data_dir, FILE))).toBe(false);
});

test("prices from a file have the date of the file's last change", async () => {
  const file = join(tempDir(), "api.json");
  writeFileSync(file, JSON.stringify(document(2)));
  utimesSync(file, new Date("2026-08-09T10:00:00Z"), new Date("2026-08-09T10:00:00Z"));
  const { stdout } = await update(tempDir(), file);
  expect(stdout).toStartWith("2 models of 1 provider from models.dev (api.json), as of 2026-08-09.");
});

test("a running server uses new prices at once and after a restart; the operator's own prices win", async () => {
  const data_dir = tempDir();
  const own = join(tempDir(), "own.json");
  const contract = {
    source: "contract",
    as_of: "2026-01-31",
    prices: { openai: { "gpt-9": { input: 7, output: 7 } } },
  };
  writeFileSync(own, JSON.stringify(contract));
  const environment = { OPENAI_API_KEY: "sk-test-0123456789", PRICES_FILE: own };
  const server = await startServerProcess({ data_dir, environment });
  const listed = async ({ request, token }: typeof server) => {
    const { body } = await request<ModelList>("GET", "/v1/models", { token });
    const price = (name: string) => {
      const found = body.data.find(({ id }) => id === `openai/${name}`);
      return [found?.price.input, found?.price_source];
    };
    return { renewed: price("gpt-4o"), own: price("gpt-9"), shipped: price("gpt-4-turbo") };
  };
  expect((await listed(server)).renewed[0]).toBe(2.5);
  for (const [path, input] of [
    ["/api.json", 2],
    ["/later.json", 1],
  ] as const) {
    expect((await update(data_dir, at(path))).stderr).toBe("");
    const { renewed, own: ours, shipped } = await listed(server);
    expect(renewed).toEqual([input, `models.dev (${at(path)})`]);
    expect(ours).toEqual([7, "contract"]);
    expect(shipped[0]).toBe(10);
  }
  await server.stop();
  const again = await startServerProcess({ data_dir, environment });
  expect((await listed(again)).renewed[0]).toBe(1);
  await again.stop();
}, 60_000);

test("an invalid command line prints the usage", async () => {
  const { code, stderr } = await cli.run(["prices"], { DATA_DIR: tempDir() });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "Usage: prices update [--from URL|FILE]\n" });
});
