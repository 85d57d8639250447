import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigOptions } from "../../../src/config/index.ts";
import { createServer, type Server, type ServerParts } from "../../../src/server.ts";
import { createLog } from "../../../src/telemetry/log.ts";

export const ADMIN = { username: "admin", password: "correct horse battery staple" } as const;

export interface Answer<Body> {
  status: number;
  headers: Headers;
  /** Parsed if it is JSON, else the text. */
  body: Body;
}

export interface Sent {
  /** A JWT or an API key. */
  token?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON; text, bytes, streams and forms go as they are. */
  body?: object | string;
}

export interface TestServer {
  readonly url: string;
  readonly server: Server;
  /** The admin's token; empty where there is no REST to log in by. */
  readonly token: string;
  request<Body = unknown>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>;
  /** A token for a name and password. */
  login(username: string, password: string): Promise<string>;
  stop(): Promise<void>;
}

const isRaw = (body: object): body is FormData | Uint8Array<ArrayBuffer> | ReadableStream =>
  body instanceof FormData || body instanceof Uint8Array || body instanceof ReadableStream;

function requestOf(method: string, { token, headers = {}, body }: Sent): RequestInit {
  const all = new Headers(headers);
  if (token !== undefined) all.set("authorization", `Bearer ${token}`);
  if (body === undefined) return { method, headers: all };
  if (typeof body === "object" && isRaw(body)) return { method, headers: all, body };
  if (!all.has("content-type")) all.set("content-type", "application/json");
  return { method, headers: all, body: typeof body === "string" ? body : JSON.stringify(body) };
}

const isJson = (headers: Headers): boolean =>
  /^application\/json(;|$)/.test(headers.get("content-type") ?? "");

/**
 * A whole server on a free local port over a directory of its own, with an admin. Settings are `createServer`'s; unless
 * they say otherwise there is no rate limit and nothing is logged.
 */
export async function startServer(options: ConfigOptions = {}, parts: ServerParts = {}): Promise<TestServer> {
  const made = options.data_dir === undefined ? mkdtempSync(join(tmpdir(), "test-bench-")) : undefined;
  const server = await createServer(
    {
      data_dir: made,
      bind_address: "127.0.0.1:0",
      rate_limit_rps: 0,
      admin_username: ADMIN.username,
      admin_password: ADMIN.password,
      ...options,
    },
    { log: createLog("silent"), ...parts },
  );
  await server.start();

  async function request<Body>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    const response = await fetch(server.url + path, requestOf(method, sent));
    const text = await response.text();
    const body = (isJson(response.headers) && text !== "" ? JSON.parse(text) : text) as Body;
    return { status: response.status, headers: response.headers, body };
  }

  async function login(username: string, password: string): Promise<string> {
    const { status, body } = await request<{ token: string }>("POST", "/v1/auth/login", {
      body: { username, password },
    });
    if (status !== 200) throw new Error(`Login answered ${status}: ${JSON.stringify(body)}`);
    return body.token;
  }

  return {
    url: server.url,
    server,
    token: server.config.enable_rest ? await login(ADMIN.username, ADMIN.password) : "",
    request,
    login,
    async stop() {
      await server.stop();
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
    },
  };
}
