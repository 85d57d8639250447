import assert from "node:assert/strict";
import { join } from "node:path";
import { createKey } from "../support/cast.ts";
import { ROOT } from "../support/paths.ts";
import { startServer } from "../support/server/index.ts";
import type { Figures, Part } from "./support/part.ts";
import { createPython } from "./support/python.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const EXAMPLE = join(ROOT, "examples/openai-client/python/main.py");
const EXPECTED = [/^answer: .*\bcomes to 42\b/m, /^tokens: \d+$/m, /^stream: .*\bcomes to 42\b/m];

/** Runs `examples/openai-client/python` with OpenAI's present client against a server of its own. */
async function runExample(folder: string): Promise<Figures> {
  const python = await createPython(folder, ["openai"]);
  const server = await startServer();
  try {
    const { key } = await createKey(server, "service");
    const child = Bun.spawn([join(python.bin, "python3"), EXAMPLE], {
      env: { ...process.env, BASE_URL: server.url, API_KEY: key },
      stdout: "pipe",
      stderr: "inherit",
    });
    const printed = await new Response(child.stdout).text();
    assert.equal(await child.exited, 0);
    for (const pattern of EXPECTED) assert.match(printed, pattern);
    return { lines: printed.trim().split("\n").length };
  } finally {
    await server.stop();
  }
}

export const pythonExamples: Part = {
  name: "python-examples",
  description: "the Python example with OpenAI's client: an answer, its tokens and a stream",
  run: () => inTemporaryFolder(runExample),
};
