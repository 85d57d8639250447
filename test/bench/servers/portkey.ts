import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Process, startCommand } from "./process.ts";

/** The gateway that ours is measured beside, as npm has it. */
const PACKAGE = "@portkey-ai/gateway@1.15.2";
const ENTRY = "node_modules/@portkey-ai/gateway/build/start-server.js";

/** Installs Portkey's gateway into a folder of its own and starts it as its package does: by Node, without its console. */
export async function startPortkey(): Promise<Process> {
  const folder = mkdtempSync(join(tmpdir(), "bench-portkey-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, "package.json"), "{}");
    const install = Bun.spawn([process.execPath, "add", "--silent", PACKAGE], { cwd: folder });
    if ((await install.exited) !== 0) throw new Error(`${PACKAGE} could not be installed.`);
    const started = await startCommand({
      core: "measured",
      commandAt: (port) => ["node", join(folder, ENTRY), `--port=${port}`, "--headless"],
      environment: { NODE_ENV: "production" },
      health: "/",
    });
    return {
      ...started,
      async [Symbol.asyncDispose]() {
        await started[Symbol.asyncDispose]();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
