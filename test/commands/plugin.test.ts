import { describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plugin } from "../../src/commands/plugin.ts";
import { createCli } from "../support/server/cli.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const { run, read } = createCli();

describe.each(["evaluator", "transform", "custom"])("a new %s", (kind) => {
  test("passes the server's checks, and its own test", async () => {
    const path = join(tempDir(), "my-plugin");
    expect(await run(["plugin", "new", path, "--kind", kind])).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(path).sort()).toEqual(["manifest.json", "plugin.d.ts", "plugin.js", "plugin.test.js"]);
    const checked = await run(["plugin", "check", join(path, "plugin.js")]);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toMatch(
      /^my-plugin 1\.0\.0 can be installed: .*Its example gave the expected output\.\n$/,
    );
    const own = Bun.spawn([process.execPath, "test"], { cwd: path, stdout: "ignore", stderr: "ignore" });
    expect(await own.exited).toBe(0);
  });
});

describe("plugin check", () => {
  const faults: [string, string, string, RegExp][] = [
    ["code that is none", "plugin.js", "export function execute( {", /^source: SyntaxError/],
    [
      "an example with another output",
      "plugin.js",
      "export const execute = () => ({ score: 0 });",
      /^manifest\.example: returned \{"score":0\} instead of \{"score":1\}/,
    ],
    ["a manifest that is none", "manifest.json", "{", /^manifest: is not valid JSON/],
    [
      "a second code",
      "plugin.wasm",
      "x",
      /^plugin\.js: the folder must contain exactly one of plugin\.js and plugin\.wasm/,
    ],
  ];
  test.each(faults)("says what is wrong with %s", async (_what, file, text, message) => {
    const path = join(tempDir(), "faulty");
    await run(["plugin", "new", path]);
    writeFileSync(join(path, file), text);
    const { code, stderr, stdout } = await run(["plugin", "check", path]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });
});

test("plugin install and plugin list work without a running server, plugin docs even without data", async () => {
  const DATA_DIR = tempDir();
  const path = join(tempDir(), "installed");
  await run(["plugin", "new", path]);
  const made = await read<{ id: string; status: string }>(["plugin", "install", path], { DATA_DIR });
  expect(made.status).toBe("ready");
  const { items } = await read<{ items: { id: string }[] }>(["plugin", "list"], { DATA_DIR });
  expect(items.map(({ id }) => id)).toEqual([made.id]);
  expect((await run(["plugin", "docs"])).stdout).toStartWith("# Writing a plugin\n");
});

test.each([
  ["nothing", []],
  ["an unknown verb", ["make", "x"]],
  ["too much", ["check", "a", "b"]],
  ["a kind that there is not", ["new", "x", "--kind", "metric"]],
  ["a name that is none", ["new", "a b"]],
  ["a folder that is there", ["new", "."]],
  ["a path that is not there", ["check", "./nowhere"]],
])("%s is a usage error", async (_what, argv) => {
  expect(plugin.run(argv)).rejects.toMatchObject({ name: "UsageError" });
});
