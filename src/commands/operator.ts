import { type Config, configFromEnvironment } from "../config/index.ts";
import { controlSocket } from "../domain/operator-paths.ts";
import type { Server } from "../server.ts";
import { DataDirLocked } from "../store/file/database-error.ts";

/** Sends a request to the server and returns its JSON answer. Throws OperationFailed if the server refuses. */
export type Operate = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The work of a command. `is_temporary` says that it runs in a server that ends with the command. */
type Work = (operate: Operate, is_temporary: boolean) => Promise<void>;

/** An operation that the server refused, with the server's message, or that could not be carried out. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

const ORIGIN = "http://localhost";
const LOCK_TIMEOUT_MS = 10_000;
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

/** Returns a function that sends requests to a server in this process, which need not listen. */
export const operatorOf =
  (server: Pick<Server, "handleAsOperator">): Operate =>
  async (method, path, body) =>
    answerOf(await server.handleAsOperator(requestOf(method, path, body)));

/** Options of the temporary server of a command. */
export interface TemporaryServer {
  /** Whether it runs benchmarks. Otherwise it only gives access to the data. */
  runs_benchmarks?: boolean;
}

/**
 * Does the work in a server that ends with the command. It has all routes, a random port, and, as in production,
 * creates no admin.
 */
async function inTemporaryServer(
  config: Config,
  work: Work,
  { runs_benchmarks = false }: TemporaryServer,
): Promise<void> {
  const overrides = {
    enable_rest: true,
    enable_swagger: true,
    node_env: "production",
    log_level: "silent",
    drain_seconds: 0,
    bind_address: "127.0.0.1:0",
  } as const;
  const { createServer } = await import("../server.ts");
  const server = await createServer({ ...config, ...overrides });
  try {
    if (runs_benchmarks) await server.start();
    await work(operatorOf(server), true);
  } finally {
    await server.stop();
  }
}

/** Returns whether a server listens on the socket. None does while a server starts or stops, or a command works. */
export async function isAnswered(unix: string): Promise<boolean> {
  try {
    await fetch(`${ORIGIN}/health`, { unix });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Returns a function that sends requests to another server with an API key. */
export const remoteOf =
  (url: string, key: string): Operate =>
  async (method, path, body) => {
    const request = requestOf(method, path, body);
    const headers = new Headers(request.headers);
    headers.set("x-api-key", key);
    const init = { method, headers, ...(request.body ? { body: await request.bytes() } : {}) };
    const response = await fetch(url.replace(/\/+$/, "") + path, init).catch((cause: unknown) => {
      throw new OperationFailed(`Can't reach the server at ${url}: ${(cause as Error).message}`);
    });
    return answerOf(response);
  };

/** Does the work in the server that listens on the socket. */
export async function throughSocket(unix: string, work: Work): Promise<void> {
  const operate: Operate = async (method, path, body) =>
    answerOf(await fetch(requestOf(method, path, body), { unix }));
  await work(operate, false);
}

/**
 * Does the work with an operator's rights on the data in DATA_DIR. Only one process may open the database: the work
 * goes through the socket of the running server, or else into a temporary server. Throws OperationFailed if another
 * process holds the data for ten seconds without answering.
 */
export async function asOperator(work: Work, options: TemporaryServer = {}): Promise<void> {
  const config = configFromEnvironment();
  const unix = controlSocket(config.data_dir);
  for (const deadline = Date.now() + LOCK_TIMEOUT_MS; Date.now() < deadline; await Bun.sleep(RETRY_MS)) {
    if (await isAnswered(unix)) return throughSocket(unix, work);
    try {
      return await inTemporaryServer(config, work, options);
    } catch (error) {
      if (!(error instanceof DataDirLocked)) throw error;
    }
  }
  throw new OperationFailed(
    `Another process uses ${config.data_dir} and does not answer at ${unix}. Wait until it ends, or stop it.`,
  );
}
