import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { createKey, createUser } from "../../support/cast.ts";
import { type Envelope, expectRefused, expectStamped } from "../../support/server/envelope.ts";
import { ADMIN, startServer, type TestServer } from "../../support/server/index.ts";

const SECRET = "a-secret-of-more-than-thirty-two-bytes";
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ jwt_secret: SECRET });
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string>) =>
  server.request<Envelope>("GET", path, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

/** Returns a token as a forger, or another service with another secret, would sign it. */
function forge(claims: object, { alg = "HS256", secret = SECRET } = {}): string {
  const content = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  const hash = { HS256: "sha256", HS512: "sha512" }[alg];
  const signature = hash ? createHmac(hash, secret).update(content).digest("base64url") : "";
  return `${content}.${signature}`;
}

const UNKNOWN_KEY = `ltb_${"a".repeat(32)}`;

describe("invalid credentials are 401", () => {
  const WRONG: Record<string, () => Record<string, string>> = {
    "none at all": () => ({}),
    "an empty Authorization": () => ({ authorization: "" }),
    "a scheme alone": () => ({ authorization: "Bearer" }),
    "another scheme": () => ({ authorization: `Basic ${btoa("admin:password")}` }),
    "a token without a scheme": () => ({ authorization: server.token }),
    "two tokens": () => ({ authorization: `Bearer ${server.token} ${server.token}` }),
    "a word": () => bearer("token"),
    "the document's example token": () => bearer("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."),
    "a token of three dots": () => bearer("..."),
    "a very long token": () => bearer("x".repeat(8_000)),
    "a changed token": () => bearer(server.token.replace(/.$/, (last) => (last === "A" ? "Q" : "A"))),
    "a cut token": () => bearer(server.token.slice(0, -10)),
    "a token of another secret": () =>
      bearer(forge(claimsOf(server.token), { secret: "another-secret-of-more-than-32-bytes" })),
    "an unsigned token": () => bearer(forge(claimsOf(server.token), { alg: "none" })),
    "a token of another algorithm": () => bearer(forge(claimsOf(server.token), { alg: "HS512" })),
    "an expired token": () => bearer(forge({ ...claimsOf(server.token), exp: 1_700_000_000 })),
    "a token without an end": () => bearer(forge({ ...claimsOf(server.token), exp: undefined })),
    "a token that ends after all dates": () => bearer(forge({ ...claimsOf(server.token), exp: 1e18 })),
    "a token that ends at infinity": () =>
      bearer(forge({ ...claimsOf(server.token), exp: Number.MAX_VALUE })),
    "a token whose user is no text": () => bearer(forge({ ...claimsOf(server.token), sub: { id: 1 } })),
    "a token whose id is no text": () => bearer(forge({ ...claimsOf(server.token), jti: ["a"] })),
    "a token of another issuer": () => bearer(forge({ ...claimsOf(server.token), iss: "another" })),
    "a token for another audience": () => bearer(forge({ ...claimsOf(server.token), aud: "another" })),
    "a token of nobody": () => bearer(forge({ ...claimsOf(server.token), sub: crypto.randomUUID() })),
    "a token of an earlier password": () => bearer(forge({ ...claimsOf(server.token), epoch: -1 })),
    "an unknown key": () => ({ "x-api-key": UNKNOWN_KEY }),
    "an unknown key as a Bearer token": () => bearer(UNKNOWN_KEY),
    "an empty key": () => ({ "x-api-key": "" }),
    "a key without its prefix": () => ({ "x-api-key": "a".repeat(36) }),
    "a token as a key": () => ({ "x-api-key": server.token }),
    "a statement for a key": () => ({ "x-api-key": "ltb_' OR 1=1 --" }),
    "a good token beside a bad key": () => ({ ...bearer(server.token), "x-api-key": UNKNOWN_KEY }),
    "a cookie": () => ({ cookie: `token=${server.token}` }),
  };

  for (const [name, headersOf] of Object.entries(WRONG)) {
    test(name, async () => {
      for (const path of ["/v1/auth/me", "/v1/benchmarks", "/v1/users/1", "/v1/nothing"]) {
        expect(expectRefused(await get(path, headersOf()), "UNAUTHORIZED").details).toEqual({});
      }
    });
  }

  test("a valid key beside an invalid token", async () => {
    const { key } = await createKey(server, "admin");
    expect((await get("/v1/auth/me", { "x-api-key": key })).status).toBe(200);
    expectRefused(await get("/v1/auth/me", { "x-api-key": key, ...bearer("token") }), "UNAUTHORIZED");
  });

  test("a token in the query", async () => {
    expectRefused(
      await get(`/v1/auth/me?token=${server.token}&access_token=${server.token}`, {}),
      "UNAUTHORIZED",
    );
  });
});

test("the test's forging tool makes a valid token if it changes nothing", async () => {
  expect((await get("/v1/auth/me", bearer(forge(claimsOf(server.token))))).status).toBe(200);
});

describe("credentials become invalid at once", () => {
  test("if a key is revoked", async () => {
    const { id, key } = await createKey(server, "user");
    expect((await get("/v1/auth/me", { "x-api-key": key })).status).toBe(200);
    const { status, body } = await server.request("DELETE", `/v1/auth/api-keys/${id}`, {
      token: server.token,
    });
    expect({ status, body }).toEqual({ status: 200, body: { deleted: true } });
    expectRefused(await get("/v1/auth/me", { "x-api-key": key }), "UNAUTHORIZED");
  });

  test("if a token is logged out, but not other tokens of the same user", async () => {
    const [left, right] = [
      await server.login(ADMIN.username, ADMIN.password),
      await server.login(ADMIN.username, ADMIN.password),
    ];
    const { status, body } = await server.request("POST", "/v1/auth/logout", { token: left });
    expect({ status, body }).toEqual({ status: 200, body: { logged_out: true } });
    expectRefused(await get("/v1/auth/me", bearer(left)), "UNAUTHORIZED");
    expect((await get("/v1/auth/me", bearer(right))).status).toBe(200);
  });

  const change = (id: string, body: object) =>
    server.request("PATCH", `/v1/users/${id}`, { token: server.token, body });

  test("if a user is disabled; until the user is enabled again, the right password is 401", async () => {
    const { id, username, password, token } = await createUser(server, "disabled@example.com", "user");
    await change(id, { disabled: true });
    expectRefused(await get("/v1/auth/me", bearer(token)), "UNAUTHORIZED");
    const login = await server.request<Envelope>("POST", "/v1/auth/login", { body: { username, password } });
    expect(expectRefused(login, "UNAUTHORIZED").message).toBe("Wrong username or password.");
    await change(id, { disabled: false });
    expect(await server.login(username, password)).toBeString();
  });

  test("if a user is deleted, with the keys that the user created", async () => {
    const { id, token } = await createUser(server, "deleted@example.com", "admin");
    const { body } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
      token,
      body: { name: "of the deleted" },
    });
    await server.request("DELETE", `/v1/users/${id}`, { token: server.token });
    expectRefused(await get("/v1/auth/me", bearer(token)), "UNAUTHORIZED");
    expectRefused(await get("/v1/auth/me", { "x-api-key": body.key }), "UNAUTHORIZED");
  });

  test("if the owner of the keys is disabled", async () => {
    const { id, token } = await createUser(server, "disabled-admin@example.com", "admin");
    const { body } = await server.request<{ key: string }>("POST", "/v1/auth/api-keys", {
      token,
      body: { name: "of the disabled" },
    });
    await change(id, { disabled: true });
    expectRefused(await get("/v1/auth/me", { "x-api-key": body.key }), "UNAUTHORIZED");
  });

  test("if the password is changed; a change of role keeps tokens and takes effect in them", async () => {
    const { id, token } = await createUser(server, "changing@example.com", "user");
    await change(id, { role: "viewer" });
    expect((await get("/v1/auth/me", bearer(token))).body).toMatchObject({ role: "viewer" });
    await change(id, { password: "another password of words" });
    expectRefused(await get("/v1/auth/me", bearer(token)), "UNAUTHORIZED");
  });
});

test("the last admin can be neither disabled, demoted nor deleted", async () => {
  const alone = await startServer();
  try {
    const { body: me } = await alone.request<{ id: string }>("GET", "/v1/auth/me", { token: alone.token });
    const path = `/v1/users/${me.id}`;
    for (const body of [{ disabled: true }, { role: "user" }])
      expectRefused(await alone.request<Envelope>("PATCH", path, { token: alone.token, body }), "CONFLICT");
    expectRefused(await alone.request<Envelope>("DELETE", path, { token: alone.token }), "CONFLICT");
    expect((await alone.request("GET", "/v1/auth/me", { token: alone.token })).status).toBe(200);
  } finally {
    await alone.stop();
  }
});

describe("login", () => {
  const login = (username: string, password: string, headers = {}) =>
    server.request<Envelope>("POST", "/v1/auth/login", { body: { username, password }, headers });

  test("an unknown user and a wrong password get the same answer", async () => {
    const unknown = expectRefused(await login("nobody@example.com", "password"), "UNAUTHORIZED");
    const wrong = expectRefused(await login(ADMIN.username, "password"), "UNAUTHORIZED");
    expect(unknown).toEqual(wrong);
  });

  test("usernames are compared exactly", async () => {
    for (const name of ["Admin", "ADMIN", " admin", "admin ", "admin'--", "%"])
      expectRefused(await login(name, ADMIN.password), "UNAUTHORIZED");
  });

  test("a request with an expired token can log in", async () => {
    const { status } = await login(ADMIN.username, ADMIN.password, {
      ...bearer("expired"),
      "x-api-key": UNKNOWN_KEY,
    });
    expect(status).toBe(200);
  });
});

test("public paths ignore all credentials", async () => {
  for (const path of ["/health", "/v1/health", "/ready", "/health/", "/v1/health/"]) {
    const answer = await get(path, { "x-api-key": UNKNOWN_KEY });
    expect(answer.status).toBe(200);
    expectStamped(answer);
  }
});

test("the scheme's case is ignored, and a key may be sent as a Bearer token", async () => {
  const { key } = await createKey(server, "service");
  for (const authorization of [`bearer ${server.token}`, `BEARER  ${server.token}`, `Bearer ${key}`])
    expect((await get("/v1/auth/me", { authorization })).status).toBe(200);
  expect((await get("/v1/auth/me", { ...bearer(key), "x-api-key": key })).body).toMatchObject({
    kind: "api_key",
    role: "service",
  });
});
