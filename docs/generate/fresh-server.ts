import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "../../src/server.ts";
import { createLog } from "../../src/telemetry/log.ts";

/** A server of a fresh installation, asked without a network. */
export interface FreshServer {
  data_dir: string;
  /** The JSON answer to an operator's request, whatever its status. */
  ask<Answer>(method: string, path: string, body?: object): Promise<Answer>;
}

/** Runs `work` with a server over a temporary folder, which is removed afterwards. */
export async function withFreshServer<Result>(
  work: (server: FreshServer) => Promise<Result>,
): Promise<Result> {
  const data_dir = mkdtempSync(join(tmpdir(), "llm-test-bench-docs-"));
  const server = await createServer(
    {
      data_dir,
      bind_address: "127.0.0.1:0",
      admin_username: "admin",
      admin_password: "not used by anybody",
    },
    { log: createLog("silent") },
  );
  async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    const sent = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const response = await server.handleAsOperator(new Request(`http://localhost${path}`, sent));
    return (await response.json()) as Answer;
  }
  try {
    await server.start();
    return await work({ data_dir, ask });
  } finally {
    await server.stop();
    rmSync(data_dir, { recursive: true, force: true });
  }
}
