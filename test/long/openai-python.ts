import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "../support/cast.ts";
import { ROOT } from "../support/paths.ts";
import { startServer } from "../support/server/index.ts";

/**
 * Runs the Python example with OpenAI's present client, installed by pip into a temporary environment, against a server
 * of its own. Needs python3 and a network. Ends with 1 if the example does not print what it should.
 */
const EXAMPLE = join(ROOT, "examples/openai-client/python/main.py");
const EXPECTED = [/^answer: .*\bcomes to 42\b/m, /^tokens: \d+$/m, /^stream: .*\bcomes to 42\b/m];

async function run(argv: string[], env: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(argv, { env: { ...process.env, ...env }, stdout: "pipe", stderr: "inherit" });
  const printed = await new Response(child.stdout).text();
  const code = await child.exited;
  if (code !== 0) throw new Error(`'${argv.join(" ")}' ended with ${code}`);
  return printed;
}

const folder = mkdtempSync(join(tmpdir(), "test-bench-python-"));
const python = join(folder, "bin/python");
const server = await startServer();
try {
  await run(["python3", "-m", "venv", folder]);
  await run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "openai"]);
  const version = await run([python, "-c", "import openai; print(openai.__version__)"]);
  const { key } = await createKey(server, "service");
  const printed = await run([python, EXAMPLE], { BASE_URL: server.url, API_KEY: key });
  const missing = EXPECTED.filter((pattern) => !pattern.test(printed));
  console.log(`openai ${version.trim()} for Python:\n${printed}`);
  if (missing.length > 0) throw new Error(`The example did not print ${missing.join(" and ")}`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
