import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import type { PluginManifest, PluginRecord } from "../../src/domain/plugin.ts";
import { ROOT } from "../support/paths.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { tempDirs } from "../support/temp-dir.ts";
import { waitUntil } from "../support/timing/waiting.ts";

/** The three plugins of the authors' manual, taken from it as printed, built, installed and used. */

const page = await Bun.file(join(ROOT, "src/plugins/AUTHORS.md")).text();

interface Printed {
  manifest: PluginManifest;
  source: string;
}

/** Returns the manifest and the code that follow a heading. */
function printedUnder(heading: string): Printed {
  const chapter = page.slice(page.indexOf(`## ${heading}\n`));
  const [, manifest = "", source = ""] = /```json\n(.*?)```.*?```(?:js|ts)\n(.*?)```/s.exec(chapter) ?? [];
  return { manifest: JSON.parse(manifest), source };
}

async function compiled(source: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["plugin.ts", "--outFile", "plugin.wasm", "--optimize", "--runtime", "stub"],
    {
      readFile: (name) => (name === "plugin.ts" ? source : null),
      writeFile(name, contents) {
        if (name === "plugin.wasm" && typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`AssemblyScript could not compile it: ${stderr.toString()}`);
  return binary;
}

const data_dir = tempDirs()();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ data_dir, plugin_workers: 1 });
});
afterAll(() => server.stop());

const install = async (body: object) => {
  const answer = await server.request<PluginRecord>("POST", "/v1/plugins", { token: server.token, body });
  expect(answer).toMatchObject({ status: 201, body: { status: "ready" } });
  return answer.body.id;
};
const scoreOf = async (metric: string, asked: object) => {
  const body = { provider: "a", model: "b", input: "Why?", metrics: [metric], ...asked };
  const answer = await server.request<{ metrics: Record<string, number | null> }>("POST", "/v1/evaluations", {
    token: server.token,
    body,
  });
  return answer.body.metrics[metric];
};

test("an evaluator in JavaScript", async () => {
  const { manifest, source } = printedUnder("An evaluator in JavaScript");
  await install({ manifest, source });
  const asked = { expected: "Paris is the capital", output: "The capital is Lyon" };
  expect(await scoreOf("plugin:keyword-share", asked)).toBe(0.5);
  expect(await scoreOf("plugin:keyword-share", { output: "Paris" })).toBeNull();
});

test("a transform in JavaScript", async () => {
  const { manifest, source } = printedUnder("A transform in JavaScript");
  const id = await install({ manifest, source });
  const body = { input: { text: "one\n two \n\n", parameters: {} } };
  const answer = await server.request("POST", `/v1/plugins/${id}/execute`, { token: server.token, body });
  expect(answer.body).toMatchObject({ output: { text: " two " } });
});

test("an evaluator in WebAssembly, built from AssemblyScript; from a folder as well", async () => {
  const { manifest, source } = printedUnder("An evaluator in WebAssembly");
  const wasm = await compiled(source);
  await install({ manifest, wasm: Buffer.from(wasm).toString("base64") });
  expect(await scoreOf("plugin:brevity", { output: 'A "quoted" answer' })).toBe(1);
  expect(await scoreOf("plugin:brevity", { output: "x".repeat(160) })).toBe(0.5);

  const folder = join(data_dir, "plugins", "brevity");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, name: "brevity-from-folder" }));
  writeFileSync(join(folder, "plugin.wasm"), wasm);
  await server.stop();
  server = await startServer({ data_dir, plugin_workers: 1 });
  await waitUntil(
    async () => (await scoreOf("plugin:brevity-from-folder", { output: "short" }).catch(() => null)) === 1,
  );
}, 60_000);

test("the page names every field of the manifest", () => {
  const fields = [
    "name",
    "version",
    "description",
    "plugin_type",
    "example",
    "input_schema",
    "output_schema",
    "parameters",
  ];
  for (const field of [...fields, "pure", "limits", "score"]) expect(page).toContain(`\`${field}\``);
});
