import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "../../support/paths.ts";
import { type Envelope, expectRefused, ISO_TIME, UUID } from "../../support/server/envelope.ts";
import { createUpstream, type Upstream } from "../../support/upstream/index.ts";

/** Secrets that the process must never print. */
const SECRETS = {
  jwt_secret: "jwt-secret-that-must-stay-inside-0123456789",
  admin_password: "password-that-must-stay-inside",
  wrong_password: "wrong-password-that-must-stay-inside",
  new_password: "new-password-that-must-stay-inside",
  openai_key: "sk-key-that-must-stay-inside-0123456789",
  unknown_key: `ltb_${"keythatmuststayinside".padEnd(32, "0")}`,
  header: "header-that-must-stay-inside",
  query: "query-that-must-stay-inside",
  prompt: "prompt-that-must-stay-inside",
  username: "username-that-must-stay-inside",
  cookie: "cookie-that-must-stay-inside",
};

interface Line {
  level: number;
  time: string;
  msg: string;
  [name: string]: unknown;
}

interface Call {
  status: number;
  request_id: string;
  body: Envelope;
}

let upstream: Upstream;
let data_dir: string;
let issued: string[] = [];
const calls: Record<string, Call> = {};
let lines: Line[] = [];
let printed = "";

/** Returns the lines that the process prints before and after it announces its address. */
function startProcess() {
  const { PATH = "", HOME = "" } = process.env;
  const child = Bun.spawn([process.execPath, MAIN], {
    env: {
      PATH,
      HOME,
      NODE_ENV: "production",
      DATA_DIR: data_dir,
      BIND_ADDRESS: "127.0.0.1:0",
      JWT_SECRET: SECRETS.jwt_secret,
      ADMIN_USERNAME: "admin",
      ADMIN_PASSWORD: SECRETS.admin_password,
      OPENAI_API_KEY: SECRETS.openai_key,
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      LOG_LEVEL: "debug",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const read = async (): Promise<boolean> => {
    const { done, value = "" } = await reader.read();
    text += value;
    return !done;
  };
  return {
    async url(): Promise<string> {
      for (;;) {
        const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
        if (url) return url;
        if (!(await read())) throw new Error(`The server ended: ${text}`);
      }
    },
    async stop(): Promise<string> {
      child.kill("SIGTERM");
      while (await read());
      return text;
    },
  };
}

interface CallOptions {
  headers?: Record<string, string | undefined>;
  body?: object | string;
}

beforeAll(async () => {
  upstream = createUpstream({
    fault: { status: 401, message: `Incorrect API key provided: ${SECRETS.openai_key}` },
  });
  data_dir = mkdtempSync(join(tmpdir(), "test-bench-"));
  const server = startProcess();
  const url = await server.url();

  /** Sends a request such as `POST /v1/users` with secrets in it, and records its response under a name. */
  async function call(name: string, route: string, { headers = {}, body }: CallOptions = {}) {
    const [method = "GET", path = ""] = route.split(" ");
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    // A list refuses unknown parameters.
    const query = path === "/v1/plugins" ? "" : `?secret=${SECRETS.query}`;
    const response = await fetch(url + path + query, {
      method,
      headers: {
        "content-type": "application/json",
        cookie: SECRETS.cookie,
        "x-secret": SECRETS.header,
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const request_id = response.headers.get("x-request-id") ?? "";
    const answered: unknown = JSON.parse((await response.text()) || "null");
    const recorded = {
      status: response.status,
      request_id,
      headers: response.headers,
      body: answered as Envelope,
    };
    calls[name] = recorded;
    return { ...recorded, body: answered as Record<string, string> };
  }

  const login = (password: string) => ({ username: "admin", password });
  const completion = (provider: string) => ({ provider, model: "echo", prompt: SECRETS.prompt });
  const { body: session } = await call("login", "POST /v1/auth/login", {
    body: login(SECRETS.admin_password),
  });
  const headers = { authorization: `Bearer ${session.token}` };
  await call("wrong password", "POST /v1/auth/login", { body: login(SECRETS.wrong_password) });
  await call("broken login", "POST /v1/auth/login", { body: `{"password":"${SECRETS.wrong_password}` });
  const { body: created } = await call("create key", "POST /v1/auth/api-keys", {
    headers,
    body: { name: "key" },
  });
  const byKey = { "x-api-key": created.key };
  issued = [session.token ?? "", created.key ?? ""];
  await call("use key", "GET /v1/auth/me", { headers: byKey });
  await call("unknown key", "GET /v1/auth/me", { headers: { "x-api-key": SECRETS.unknown_key } });
  const user = { username: "user@example.com", password: SECRETS.new_password };
  await call("create user", "POST /v1/users", { headers, body: user });
  await call("completion", "POST /v1/completions", { headers, body: completion("baseline") });
  await call("bad body", "POST /v1/completions", {
    headers,
    body: { ...completion("baseline"), extra: SECRETS.prompt },
  });
  await call("refused upstream", "POST /v1/completions", {
    headers,
    body: { ...completion("openai"), model: "gpt-4" },
  });
  await call("health", "GET /health");
  const database = new Database(join(data_dir, "test-bench.db"));
  for (const table of ["completions", "plugins", "users"]) database.run(`DROP TABLE ${table}`);
  database.close();
  await call("broken read", "GET /v1/plugins", { headers: byKey });
  await call("broken write", "POST /v1/completions", { headers: byKey, body: completion("baseline") });
  await call("broken login table", "POST /v1/auth/login", {
    body: { ...login(SECRETS.wrong_password), username: SECRETS.username },
  });
  printed = await server.stop();

  lines = printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}, 60_000);

afterAll(async () => {
  rmSync(data_dir, { recursive: true, force: true });
  await upstream.stop();
});

const callOf = (name: string): Call => calls[name]!;
const linesOf = (name: string): Line[] =>
  lines.filter(({ request_id }) => request_id === callOf(name).request_id);

test("every line is one JSON object with a level, a time and a message", () => {
  expect(lines.length).toBeGreaterThan(Object.keys(calls).length);
  for (const { level, time, msg } of lines) {
    expect(level).toBeOneOf([20, 30, 40, 50, 60]);
    expect(time).toMatch(ISO_TIME);
    expect(msg).toMatch(/\S/);
  }
});

test("every request has one line with its caller, path and status", () => {
  for (const [name, { status, request_id }] of Object.entries(calls)) {
    const [line, ...more] = linesOf(name).filter(({ msg }) => msg === "request");
    expect({ name, more, status: line?.status }).toEqual({ name, more: [], status });
    expect(request_id).toMatch(UUID);
    expect(line?.duration_ms).toBeGreaterThanOrEqual(0);
  }
  expect(linesOf("create user")[0]).toMatchObject({ method: "POST", path: "/v1/users", status: 201 });
  expect(linesOf("create user")[0]?.caller).toMatch(/^user:[0-9a-f-]{36}$/);
  expect(linesOf("use key")[0]?.caller).toMatch(/^api_key:[0-9a-f-]{36}$/);
  expect(linesOf("login")[0]?.caller).toBe("anonymous");
});

test("requests for health are logged at the debug level", () => {
  expect(linesOf("health")[0]?.level).toBe(20);
  expect(linesOf("completion")[0]?.level).toBe(30);
});

describe("the log never contains", () => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    test(name, () => expect(printed).not.toContain(secret));
  }

  test("issued tokens and keys, or hashes", () => {
    expect(issued.every((secret) => secret.length > 30)).toBe(true);
    for (const secret of issued) expect(printed).not.toContain(secret);
    expect(printed).not.toMatch(/argon2|\bltb_[a-z0-9]{5}|eyJ[\w-]{10}/);
  });
});

describe("the log holds the cause, and the client does not see it:", () => {
  const loggedError = (name: string): Line => {
    const [line] = linesOf(name).filter(({ level }) => level === 50);
    if (!line) throw new Error(`nothing was logged of '${name}'`);
    return line;
  };

  for (const [name, table] of [
    ["broken read", "plugins"],
    ["broken write", "completions"],
    ["broken login table", "users"],
  ] as const) {
    test(`a 500 of a broken table: ${name}`, () => {
      const { status, body } = callOf(name);
      expect(status).toBe(500);
      expect(JSON.stringify(loggedError(name))).toContain(`no such table: ${table}`);
      expect(loggedError(name).err).toHaveProperty("stack", expect.stringMatching(/\n\s+at /));
      expect(JSON.stringify(body)).not.toContain("table");
      expect(body.error).toEqual({
        code: "INTERNAL_ERROR",
        message: "The server failed. Its log holds the cause under this request_id.",
        details: {},
      });
    });
  }

  test("a 503 because the provider refused the server's key", () => {
    const { status, body } = callOf("refused upstream");
    expect(status).toBe(503);
    expect(body.error.details).toMatchObject({ provider: "openai", reason: "authentication" });
    expect(JSON.stringify(body)).not.toContain(SECRETS.openai_key);
    expect(loggedError("refused upstream")).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  test("a caller's fault is not logged as an error", () => {
    for (const name of ["wrong password", "broken login", "unknown key", "bad body"])
      expect(linesOf(name).map(({ level }) => level)).toEqual([30]);
  });
});

test("the 500 of a broken table has the API document's form", () => {
  const { headers, ...rest } = callOf("broken read") as Call & { headers: Headers };
  expectRefused({ ...rest, headers }, "INTERNAL_ERROR");
});
