import { configFromEnvironment } from "../config.ts";
import { controlSocket, createServer } from "../server.ts";
import { DataDirLocked } from "../store/lock.ts";

/** Sends a request with an operator's rights. */
export type Operate = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The server refused; its own words. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

const ORIGIN = "http://localhost";

function requestOf(method: string, path: string, body: unknown): Request {
  if (body === undefined) return new Request(ORIGIN + path, { method });
  if (body instanceof FormData) return new Request(ORIGIN + path, { method, body });
  const headers = { "content-type": "application/json" };
  return new Request(ORIGIN + path, { method, headers, body: JSON.stringify(body) });
}

async function answerOf(response: Response): Promise<unknown> {
  const answer = (await response.json()) as { error?: { message: string } };
  if (response.ok) return answer;
  throw new OperationFailed(answer.error?.message ?? `The server answered ${response.status}.`);
}

/**
 * Runs `work` against the data: through the running server's socket if there is one, for only one process may
 * have the database open, and else in a server of its own that listens to nobody.
 */
export async function asOperator(work: (operate: Operate) => Promise<void>): Promise<void> {
  const config = configFromEnvironment();
  try {
    const server = await createServer({ ...config, log_level: "silent" });
    try {
      await work(async (method, path, body) =>
        answerOf(await server.handleAsOperator(requestOf(method, path, body))),
      );
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof DataDirLocked)) throw error;
    const unix = controlSocket(config.data_dir);
    await work(async (method, path, body) => answerOf(await fetch(requestOf(method, path, body), { unix })));
  }
}
