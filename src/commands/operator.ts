import { type Config, configFromEnvironment } from "../config/index.ts";
import { controlSocket } from "../domain/operator-paths.ts";
import type { Server } from "../server.ts";
import { DataDirLocked } from "../store/file/database-error.ts";

/** Sends a request with an operator's rights. */
export type Operate = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** `is_own` says that no other server runs: this one ends with the command. */
type Work = (operate: Operate, is_own: boolean) => Promise<void>;

/** The server refused; its own words. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

const ORIGIN = "http://localhost";
const PATIENCE_MS = 10_000;
const RETRY_MS = 100;

function requestOf(method: string, path: string, body: unknown): Request {
  if (body === undefined) return new Request(ORIGIN + path, { method });
  if (body instanceof FormData) return new Request(ORIGIN + path, { method, body });
  const headers = { "content-type": "application/json" };
  return new Request(ORIGIN + path, { method, headers, body: JSON.stringify(body) });
}

async function answerOf(response: Response): Promise<unknown> {
  const answer = (await response.json().catch(() => ({}))) as { error?: { message: string } };
  if (response.ok) return answer;
  throw new OperationFailed(answer.error?.message ?? `The server answered ${response.status}.`);
}

/** Requests of a server in this process, which need not listen. */
export const operatorOf =
  (server: Pick<Server, "handleAsOperator">): Operate =>
  async (method, path, body) =>
    answerOf(await server.handleAsOperator(requestOf(method, path, body)));

/** What a command asks of a server of its own. */
export interface OwnServer {
  /** Whether benchmarks are worked on; without it the server is but the way to the data. */
  works?: boolean;
}

/** Works in a server of its own that has all routes and, as in production, makes no admin up; nobody knows its port. */
async function inOwnServer(config: Config, work: Work, { works = false }: OwnServer): Promise<void> {
  const all = {
    enable_rest: true,
    enable_swagger: true,
    node_env: "production",
    log_level: "silent",
    bind_address: "127.0.0.1:0",
  } as const;
  const { createServer } = await import("../server.ts");
  const server = await createServer({ ...config, ...all });
  try {
    if (works) await server.start();
    await work(operatorOf(server), true);
  } finally {
    await server.stop();
  }
}

/** Whether somebody listens on the socket: not so while a server starts or stops, or another command is at work. */
async function isAnswered(unix: string): Promise<boolean> {
  try {
    await fetch(`${ORIGIN}/health`, { unix });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Requests of a server elsewhere, by an API key. Throws OperationFailed where it can't be reached. */
export const remoteOf =
  (url: string, key: string): Operate =>
  async (method, path, body) => {
    const request = requestOf(method, path, body);
    const headers = new Headers(request.headers);
    headers.set("x-api-key", key);
    const init = { method, headers, ...(request.body ? { body: await request.bytes() } : {}) };
    const response = await fetch(url.replace(/\/+$/, "") + path, init).catch((cause: unknown) => {
      throw new OperationFailed(`The server at ${url} can't be reached: ${(cause as Error).message}`);
    });
    return answerOf(response);
  };

async function throughSocket(unix: string, work: Work): Promise<void> {
  const operate: Operate = async (method, path, body) =>
    answerOf(await fetch(requestOf(method, path, body), { unix }));
  await work(operate, false);
}

/**
 * Runs `work` against the data: through the running server's socket if there is one, for only one process may
 * have the database open, and else in a server of its own. Throws OperationFailed if for ten seconds a process holds
 * the data and does not answer.
 */
export async function asOperator(work: Work, own: OwnServer = {}): Promise<void> {
  const config = configFromEnvironment();
  const unix = controlSocket(config.data_dir);
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await Bun.sleep(RETRY_MS)) {
    if (await isAnswered(unix)) return throughSocket(unix, work);
    try {
      return await inOwnServer(config, work, own);
    } catch (error) {
      if (!(error instanceof DataDirLocked)) throw error;
    }
  }
  throw new OperationFailed(`Another process is using ${config.data_dir} and does not answer at ${unix}.`);
}
