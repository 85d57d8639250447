import { join } from "node:path";
import { type Client, createClient } from "@libsql/client";
import { MAIN } from "../paths.ts";
import { ADMIN, type Answer, type Sent } from "./index.ts";

/** A server in a process of its own, over data that outlive it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The admin's token; it is good for every process over the same data. */
  readonly token: string;
  request<Body = unknown>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number>;
}

interface ProcessOptions {
  data_dir: string;
  /** Settings by their environment variables. */
  environment?: Record<string, string>;
  /** What is run in place of `src/main.ts`. */
  entry?: string;
  /** Of an earlier process over the same data. */
  token?: string;
}

/** The address the server prints once it listens. */
async function urlIn(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    const [, url] = /LLM Test Bench (http:\S+)/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The server did not start: ${text}`);
}

/** Starts `serve` on a free port and waits until it listens. */
export async function startServerProcess(options: ProcessOptions): Promise<ServerProcess> {
  const { data_dir, environment = {}, entry = MAIN, token: known } = options;
  const child = Bun.spawn([process.execPath, entry, "serve"], {
    env: {
      ...(Bun.env.PATH ? { PATH: Bun.env.PATH } : {}),
      DATA_DIR: data_dir,
      BIND_ADDRESS: "127.0.0.1:0",
      RATE_LIMIT_RPS: "0",
      LOG_LEVEL: "silent",
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_PASSWORD: ADMIN.password,
      ...environment,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const url = await urlIn(child.stdout);

  async function request<Body>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    const { token, headers = {}, body } = sent;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...authorization, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  async function login(): Promise<string> {
    const { body } = await request<{ token: string }>("POST", "/v1/auth/login", { body: ADMIN });
    return body.token;
  }

  return {
    url,
    pid: child.pid,
    token: known ?? (await login()),
    request,
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    stop() {
      child.kill("SIGTERM");
      return child.exited;
    },
  };
}

/** Reads the database of a server that does not run. */
export async function readDatabase<Result>(
  data_dir: string,
  read: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = createClient({ url: `file:${join(data_dir, "test-bench.db")}`, concurrency: 1 });
  try {
    return await read(client);
  } finally {
    client.close();
  }
}

/** What SQLite says of the soundness of the file: `ok`. */
export const integrityOf = (data_dir: string): Promise<unknown> =>
  readDatabase(data_dir, async (client) => (await client.execute("PRAGMA integrity_check")).rows[0]?.[0]);
