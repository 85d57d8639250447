import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "../../support/paths.ts";
import { type Core, type Process, startProcess } from "./process.ts";

/** This project's server in a process of its own. */
export interface Server extends Process {
  /** An admin's API key. */
  key: string;
  get<Body>(path: string): Promise<Body>;
  post<Body>(path: string, body: object): Promise<Body>;
  /** Runs a benchmark to its end; answers the path where it can be read. */
  finish(benchmark: object): Promise<string>;
}

const POLL_MS = 50;
const ADMIN = { username: "admin", password: "only for measuring" };

async function send<Body>(url: string, headers: Record<string, string>, body?: object): Promise<Body> {
  const json = { "content-type": "application/json" };
  const init =
    body === undefined
      ? { headers }
      : body instanceof FormData
        ? { method: "POST", headers, body }
        : { method: "POST", headers: { ...headers, ...json }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

async function keyOf(url: string): Promise<string> {
  const { token } = await send<{ token: string }>(`${url}/v1/auth/login`, {}, ADMIN);
  const bearer = { authorization: `Bearer ${token}` };
  const body = { name: "bench", role: "admin" };
  return (await send<{ key: string }>(`${url}/v1/auth/api-keys`, bearer, body)).key;
}

/**
 * Starts the server as its users would, over a database of its own: with its log, and with a rate limit that
 * counts every request and refuses none.
 */
export async function startServer(
  environment: Record<string, string> = {},
  core: Core = "measured",
): Promise<Server> {
  const data_dir = mkdtempSync(join(tmpdir(), "bench-"));
  const started = await startProcess(core, [MAIN, "serve"], {
    DATA_DIR: data_dir,
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMIT_RPS: "1000000",
    ...environment,
  });
  const { url } = started;
  const key = await keyOf(url);
  const headers = { "x-api-key": key };
  const get = <Body>(path: string) => send<Body>(url + path, headers);
  const post = <Body>(path: string, body: object) => send<Body>(url + path, headers, body);
  return {
    ...started,
    key,
    get,
    post,
    async finish(benchmark) {
      const { benchmark_id } = await post<{ benchmark_id: string }>("/v1/benchmarks", benchmark);
      const path = `/v1/benchmarks/${benchmark_id}`;
      while ((await get<{ progress: number }>(path)).progress < 1) await Bun.sleep(POLL_MS);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}

/** An HTTP request as text, as `press` sends it. */
export function requestText(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): string {
  const length = body === "" ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const all = Object.entries({ Host: "localhost", ...headers, ...length });
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
