import { afterEach, describe, expect, test } from "bun:test";
import { createRateLimiter } from "../../../src/api/middleware/rate-limit.ts";
import { createKey, createUser } from "../../support/cast.ts";
import { VALID } from "../../support/server/endpoints.ts";
import { type Envelope, expectRefused, ISO_TIME } from "../../support/server/envelope.ts";
import { ADMIN, type Answer, type Sent, startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
afterEach(() => server?.stop());

const open = async (rps: number, burst: number, more = {}) => {
  server = await startServer({ rate_limit_rps: String(rps), rate_limit_burst: String(burst), ...more });
};
const me = (token = server.token) => server.request<Envelope>("GET", "/v1/auth/me", { token });
const atOnce = <Result>(count: number, call: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, call));
const passed = (answers: readonly Answer<unknown>[]): number =>
  answers.filter(({ status }) => status === 200).length;

const number = ({ headers }: Answer<unknown>, name: string): number => {
  const text = headers.get(name);
  if (text === null || !/^\d+$/.test(text)) throw new Error(`${name} is ${text}`);
  return Number(text);
};
const resetOf = (answer: Answer<unknown>): number => number(answer, "x-ratelimit-reset");
const remainingOf = (answer: Answer<unknown>): number => number(answer, "x-ratelimit-remaining");

/** Sends the requests one after the other. Repeats that until all of them fall into one window. */
async function inOneWindow(calls: readonly (() => Promise<Answer<unknown>>)[]): Promise<Answer<unknown>[]> {
  for (;;) {
    const answers: Answer<unknown>[] = [];
    for (const call of calls) answers.push(await call());
    if (new Set(answers.map(resetOf)).size === 1) return answers;
  }
}

describe("the limiter", () => {
  test("allows 100 and a burst of 50 of 400 requests at once", async () => {
    const limiter = createRateLimiter(100, 50);
    const before_s = Date.now() / 1000;
    const verdicts = await atOnce(400, () => limiter.consume("user:1"));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(150);
    for (const { remaining, reset, retry_after } of verdicts) {
      expect(remaining).toBeWithin(0, 100);
      expect(reset).toBeWithin(Math.floor(before_s), Math.ceil(Date.now() / 1000) + 12);
      expect(retry_after).toBeWithin(1, 11);
    }
  });

  test("counts each caller separately", async () => {
    const limiter = createRateLimiter(2, 0);
    await atOnce(5, () => limiter.consume("user:1"));
    expect(await limiter.consume("user:1")).toMatchObject({ allowed: false });
    expect(await limiter.consume("user:2")).toMatchObject({ allowed: true, remaining: 1 });
  });

  test("opens a new window after a second", async () => {
    const limiter = createRateLimiter(2, 0);
    await atOnce(3, () => limiter.consume("user:1"));
    await Bun.sleep(1_100);
    expect(await limiter.consume("user:1")).toMatchObject({ allowed: true, remaining: 1 });
  });
});

describe("the document's limits", () => {
  // Far below what any machine answers in a second: at the document's own 100 a slow one would refuse nobody.
  const [RPS, BURST, BURST_WINDOW_S] = [10, 5, 10];

  test("of 400 requests at once a window's pass, and no more than the windows and bursts allow", async () => {
    await open(RPS, BURST);
    const started = performance.now();
    const answers = await atOnce(400, me);
    const seconds = (performance.now() - started) / 1000;
    const [windows, bursts] = [Math.floor(seconds) + 2, Math.floor(seconds / BURST_WINDOW_S) + 2];
    expect(passed(answers)).toBeWithin(RPS, RPS * windows + BURST * bursts + 1);
    for (const answer of answers) {
      expect(number(answer, "x-ratelimit-limit")).toBe(RPS);
      expect(remainingOf(answer)).toBeWithin(0, RPS + 1);
      if (answer.status !== 200) expectRefused(answer, "RATE_LIMIT_EXCEEDED");
    }
    expect(answers.length - passed(answers)).toBeGreaterThan(0);
  });

  test("a refusal has the API document's form, and says when to try again", async () => {
    await open(1, 0);
    const before_s = Math.floor(Date.now() / 1000);
    const answers = await atOnce(5, me);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      const { message, retry_after, details } = expectRefused(answer, "RATE_LIMIT_EXCEEDED");
      expect(retry_after).toBeWithin(1, 3);
      expect(message).toBe(
        `Rate limit exceeded. Try again in ${retry_after} ${retry_after === 1 ? "second" : "seconds"}.`,
      );
      expect(details).toEqual({ retry_after });
      expect(number(answer, "retry-after")).toBe(retry_after ?? 0);
      expect(answer.body.timestamp).toMatch(ISO_TIME);
      expect(remainingOf(answer)).toBe(0);
      expect(resetOf(answer)).toBeWithin(before_s, Math.ceil(Date.now() / 1000) + 3);
    }
  });

  test("a refused caller is admitted again in the next window", async () => {
    await open(1, 0);
    const answers = await atOnce(3, me);
    expect(passed(answers)).toBeLessThan(3);
    await Bun.sleep(1_100);
    expect((await me()).status).toBe(200);
  });
});

describe("callers are counted", () => {
  test("by user and by key", async () => {
    await open(5, 0);
    const user = await createUser(server, "user@example.com", "user");
    const { key } = await createKey(server, "service");
    expect(passed(await atOnce(20, me))).toBeLessThan(20);
    expect((await me(user.token)).status).toBe(200);
    expect((await me(key)).status).toBe(200);
  });

  const health = (forwarded: string) =>
    server.request("GET", "/v1/auth/me", { headers: { "x-forwarded-for": forwarded } });

  test("if unknown, by the address that a trusted proxy reports", async () => {
    await open(1, 0, { trust_proxy: "1" });
    const first = await atOnce(4, () => health("203.0.113.1"));
    expect(first.filter(({ status }) => status === 429).length).toBeGreaterThan(1);
    expect((await health("203.0.113.2")).status).toBe(401);
    expect((await health("203.0.113.1, 203.0.113.3")).status).toBe(401);
  });

  test("if unknown, by the connection's address, if no proxy is trusted", async () => {
    await open(1, 0);
    let claims = 0;
    const answers = await atOnce(6, () => health(`203.0.113.${++claims}`));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(3);
  });
});

describe("requests are counted", () => {
  const post = (path: string, sent: Sent) => () =>
    server.request("POST", path, { token: server.token, ...sent });
  const get =
    (path: string, sent: Sent = {}) =>
    () =>
      server.request("GET", path, { token: server.token, ...sent });

  test("once each, however they fail", async () => {
    await open(1000, 0);
    const user = post("/v1/users", { body: { ...VALID.user(), username: "again@example.com" } });
    expect((await user()).status).toBe(201);
    const calls: readonly (readonly [status: number, call: () => Promise<Answer<unknown>>])[] = [
      [200, get("/v1/auth/me")],
      [201, post("/v1/completions", { body: VALID.completion() })],
      [400, post("/v1/completions", { body: "{" })],
      [400, post("/v1/completions", { body: {} })],
      [400, get("/v1/users?page=0")],
      [400, get("/v1/users?pge=1")],
      [400, get("/v1/users/1")],
      [404, get("/v1/nothing")],
      [404, get("/nothing")],
      [404, get("/v1/users/01890000-0000-7000-8000-000000000000")],
      [404, () => server.request("PUT", "/v1/users", { token: server.token })],
      [409, user],
      [413, post("/v1/evaluations", { body: "x".repeat(2_000_000) })],
      [503, post("/v1/completions", { body: { ...VALID.completion(), provider: "openai" } })],
      [200, get("/v1/auth/me")],
    ];
    const answers = await inOneWindow(calls.map(([, call]) => call));
    expect(answers.map(({ status }) => status)).toEqual(calls.map(([status]) => status));
    const first = remainingOf(answers[0]!);
    expect(answers.map(remainingOf)).toEqual(calls.map((_, index) => first - index));
  });

  test("if their caller is unknown: 401, 400 of a login, and 404", async () => {
    await open(1000, 0);
    const calls = [
      () => server.request("GET", "/v1/auth/me"),
      () => server.request("GET", "/v1/auth/me", { token: "wrong" }),
      () => server.request("POST", "/v1/auth/login", { body: {} }),
      () => server.request("GET", "/nothing"),
      () => server.request("GET", "/v1/auth/me"),
    ];
    const answers = await inOneWindow(calls);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 404, 401]);
    const first = remainingOf(answers[0]!);
    expect(answers.map(remainingOf)).toEqual([first, first - 1, first - 2, first - 3, first - 4]);
  });

  test("and refused beyond the limit, if they fail too", async () => {
    await open(3, 0);
    const answers = await atOnce(12, () =>
      server.request<Envelope>("GET", "/v1/auth/me", { token: "wrong" }),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([401, 429]);
    for (const answer of answers.filter(({ status }) => status === 429))
      expectRefused(answer, "RATE_LIMIT_EXCEEDED");
  });

  test("except for health, readiness and metrics, which have no rate-limit headers", async () => {
    await open(1, 0);
    for (const path of ["/health", "/v1/health", "/ready", "/metrics", "/health/"]) {
      const answers = await atOnce(10, () => server.request("GET", path));
      expect(passed(answers)).toBe(10);
      expect(answers[0]?.headers.has("x-ratelimit-limit")).toBe(false);
    }
  });
});

test("RATE_LIMIT_RPS=0 turns the limit off", async () => {
  await open(0, 50);
  const answers = await atOnce(300, me);
  expect(passed(answers)).toBe(300);
  expect(answers[0]?.headers.has("x-ratelimit-limit")).toBe(false);
});

/** For hashes of passwords on a busy machine. */
const HASHING_MS = 60_000;

describe("logins", () => {
  const login = (username: string, password: string, address: string) =>
    server.request<Envelope>("POST", "/v1/auth/login", {
      body: { username, password },
      headers: { "x-forwarded-for": address },
    });
  let addresses = 0;
  const anywhere = (): string => `198.51.100.${++addresses}`;

  /** Sends five logins at a time, because each occupies a core. All fail by the password, none by the limit. */
  async function fail(count: number, attempt: () => Promise<Answer<Envelope>>): Promise<void> {
    for (let done = 0; done < count; done += 5) {
      for (const answer of await atOnce(5, attempt)) expectRefused(answer, "UNAUTHORIZED");
    }
  }

  test(
    "ten failures block a username from every address; other usernames stay open",
    async () => {
      await open(0, 0, { trust_proxy: "1" });
      const other = await createUser(server, "other@example.com", "user");
      await fail(10, () => login(ADMIN.username, "wrong", anywhere()));
      const { retry_after, message } = expectRefused(
        await login(ADMIN.username, ADMIN.password, anywhere()),
        "RATE_LIMIT_EXCEEDED",
      );
      expect(retry_after).toBeWithin(1, 15 * 60 + 1);
      expect(message).toBe(`Too many failed logins. Try again in ${retry_after} seconds.`);
      expect((await login(other.username, other.password, anywhere())).status).toBe(200);
      expect((await me()).status).toBe(200);
    },
    HASHING_MS,
  );

  test(
    "thirty failures block an address for every username; other addresses stay open",
    async () => {
      await open(0, 0, { trust_proxy: "1" });
      let tried = 0;
      await fail(30, () => login(`nobody-${++tried}`, "wrong", "203.0.113.9"));
      const refused = await login(ADMIN.username, ADMIN.password, "203.0.113.9");
      expect(number(refused, "retry-after")).toBe(
        expectRefused(refused, "RATE_LIMIT_EXCEEDED").retry_after ?? 0,
      );
      expect((await login(ADMIN.username, ADMIN.password, "203.0.113.10")).status).toBe(200);
    },
    HASHING_MS,
  );

  test(
    "successful logins are not counted",
    async () => {
      await open(0, 0);
      const answers = await atOnce(12, () => login(ADMIN.username, ADMIN.password, anywhere()));
      expect(passed(answers)).toBe(12);
      expectRefused(await login(ADMIN.username, "wrong", anywhere()), "UNAUTHORIZED");
    },
    HASHING_MS,
  );

  test(
    "many at once are answered, or refused with Retry-After",
    async () => {
      await open(0, 0);
      const answers = await atOnce(25, () => login(ADMIN.username, ADMIN.password, anywhere()));
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(expectRefused(answer, "SERVICE_UNAVAILABLE").details.retry_after).toBe(1);
        expect(answer.headers.get("retry-after")).toBe("1");
      }
      expect(passed(answers)).toBeGreaterThan(2);
    },
    HASHING_MS,
  );
});
