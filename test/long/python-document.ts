import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../support/paths.ts";
import type { Figures, Part } from "./support/part.ts";
import { createPython } from "./support/python.ts";
import { inTemporaryFolder } from "./support/temporary-folder.ts";

const TESTS = join("test", "document", "python.test.ts");

/** The suite skips these tests where `python3` lacks the packages; here it has them. */
async function runDocumentClients(folder: string): Promise<Figures> {
  const { bin } = await createPython(folder, ["requests", "websockets"]);
  const child = Bun.spawn([process.execPath, "test", TESTS, "--timeout", "60000"], {
    cwd: ROOT,
    env: { ...Bun.env, PATH: `${bin}:${Bun.env.PATH}` },
    stdout: "ignore",
    stderr: "pipe",
  });
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  assert.equal(code, 0, said);
  const countOf = (kind: string): number =>
    Number(new RegExp(`^ *(\\d+) ${kind}$`, "m").exec(said)?.[1] ?? 0);
  assert.equal(countOf("skip"), 0, said);
  return { passed: countOf("pass") };
}

export const pythonDocument: Part = {
  name: "python-document",
  description: "The API document's GraphQL and WebSocket clients in Python, as they are printed",
  run: () => inTemporaryFolder(runDocumentClients),
};
