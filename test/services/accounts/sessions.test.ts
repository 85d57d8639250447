import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ANONYMOUS, OPERATOR } from "../../../src/domain/permissions.ts";
import { createSessions } from "../../../src/services/accounts/sessions.ts";
import { codeOf, refusalOf } from "../../support/refusal.ts";
import { type Accounts, createAccounts, PASSWORD } from "../../support/server/accounts.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
let accounts: Accounts;
let names = 0;

beforeAll(async () => {
  accounts = await createAccounts(tempDir());
  await accounts.addUser("root", "admin");
});
afterAll(() => accounts.store.close());

/** A user who is logged in and remembered. */
async function someone(role: "admin" | "user" | "viewer" = "user") {
  const username = `someone-${names++}`;
  const { id } = await accounts.addUser(username, role);
  const token = await accounts.login(username);
  expect((await accounts.behindToken(token)).id).toBe(id);
  return { id, username, token };
}

const refused = (token: string) => codeOf(accounts.behindToken(token));

describe("a login", () => {
  test("returns a token of the user and the time when it expires", async () => {
    const { id } = await accounts.addUser("ada");
    const before = Date.now();
    const { token, expires_at } = await accounts.sessions.login(
      { username: "ada", password: PASSWORD },
      "::1",
    );
    expect(Date.parse(expires_at)).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000 + 3_600_000);
    expect(Date.parse(expires_at)).toBeLessThanOrEqual(Date.now() + 3_600_000);
    const caller = await accounts.behindToken(token);
    expect(caller).toMatchObject({ kind: "user", id, user_id: id, name: "ada", role: "user" });
    expect(accounts.sessions.me(caller)).toEqual({ kind: "user", id, name: "ada", role: "user" });
  });

  test("is refused alike for a wrong password, an unknown name and a disabled user", async () => {
    const { id, username } = await someone();
    await accounts.users.update(OPERATOR, id, { disabled: true });
    const attempts: [string, string][] = [
      ["root", "wrong password"],
      ["nobody at all", PASSWORD],
      [username, PASSWORD],
    ];
    for (const attempt of attempts) {
      const { code, message, details } = await refusalOf(accounts.login(...attempt));
      expect([code, message, details]).toEqual(["UNAUTHORIZED", "Wrong username or password.", {}]);
    }
  });
});

describe("a token", () => {
  test("is valid until logout", async () => {
    const { token } = await someone();
    await accounts.sessions.logout(await accounts.behindToken(token));
    expect(await refused(token)).toBe("UNAUTHORIZED");
  });

  test("ends alone at logout: the other sessions of the user stay valid", async () => {
    const { username, token } = await someone();
    const other = await accounts.login(username);
    await accounts.sessions.logout(await accounts.behindToken(token));
    expect((await accounts.behindToken(other)).name).toBe(username);
  });

  test("is invalid at once when the user is disabled, and valid again when enabled", async () => {
    const { id, token } = await someone();
    await accounts.users.update(OPERATOR, id, { disabled: true });
    expect(await refused(token)).toBe("UNAUTHORIZED");
    await accounts.users.update(OPERATOR, id, { disabled: false });
    expect((await accounts.behindToken(token)).id).toBe(id);
  });

  test("is invalid at once and for ever when the password is changed", async () => {
    const { id, username, token } = await someone();
    await accounts.users.update(OPERATOR, id, { password: "another password" });
    expect(await refused(token)).toBe("UNAUTHORIZED");
    expect(await codeOf(accounts.login(username))).toBe("UNAUTHORIZED");
    const renewed = await accounts.login(username, "another password");
    expect((await accounts.behindToken(renewed)).id).toBe(id);
    expect(await refused(token)).toBe("UNAUTHORIZED");
  });

  test("is invalid at once when the user is removed", async () => {
    const { id, token } = await someone();
    await accounts.users.remove(OPERATOR, id);
    expect(await refused(token)).toBe("UNAUTHORIZED");
  });

  test("has the new role of its user at once", async () => {
    const { id, token } = await someone("admin");
    await accounts.users.update(OPERATOR, id, { role: "viewer" });
    expect((await accounts.behindToken(token)).role).toBe("viewer");
  });

  test("is invalid after it has expired", async () => {
    const user = await accounts.accounts.findUsername("root");
    const claims = { sub: user?.id ?? "", jti: "j1", epoch: 0 };
    const seconds = Math.floor(Date.now() / 1000);
    expect(await refused(await accounts.tokens.sign({ ...claims, exp: seconds - 1 }))).toBe("UNAUTHORIZED");
    const good = await accounts.tokens.sign({ ...claims, exp: seconds + 60 });
    expect((await accounts.behindToken(good)).name).toBe("root");
  });

  test("of another server or with changed content is invalid", async () => {
    const { token } = await someone();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const root = await accounts.accounts.findUsername("root");
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: root?.id })).toString("base64url");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const elsewhere = await createAccounts(tempDir(), { secret: "another secret of at least 32 bytes" });
    const foreign = await elsewhere.tokens.sign(claims);
    await elsewhere.store.close();
    const bad = [
      `${header}.${forged}.${signature}`,
      `${none}.${forged}.`,
      foreign,
      "",
      "x",
      token.slice(0, -3),
    ];
    for (const text of bad) expect(await refused(text)).toBe("UNAUTHORIZED");
  });

  test("that was looked up during a change is not remembered", async () => {
    const { id, token } = await someone();
    const { accounts: store, passwords, tokens } = accounts;
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = {
      ...store,
      async isRevoked(jti: string) {
        const revoked = await store.isRevoked(jti);
        reached.resolve();
        await gate.promise;
        return revoked;
      },
    };
    const sessions = createSessions({ store: slow, passwords, tokens, jwt_expiration: 3600 });
    const look = () => sessions.authenticate({ authorization: `Bearer ${token}`, api_key: null });
    const early = look();
    await reached.promise;
    await store.changeUser(id, { disabled: true });
    sessions.forget();
    gate.resolve();
    expect((await early).id).toBe(id);
    expect(await codeOf(look())).toBe("UNAUTHORIZED");
  });
});

describe("an API key", () => {
  test("identifies the caller as the key, with the user who created it", async () => {
    const { id } = await someone("admin");
    const admin = { ...OPERATOR, kind: "user" as const, id, user_id: id };
    const created = await accounts.apiKeys.create(admin, { name: "ci" });
    expect(await accounts.behindKey(created.key)).toEqual({
      kind: "api_key",
      id: created.id,
      user_id: id,
      name: "ci",
      role: "service",
    });
  });

  test("is invalid at once when it is removed", async () => {
    const { id, key } = await accounts.apiKeys.create(OPERATOR, { name: "ci" });
    expect((await accounts.behindKey(key)).id).toBe(id);
    await accounts.apiKeys.remove(OPERATOR, id);
    expect(await codeOf(accounts.behindKey(key))).toBe("UNAUTHORIZED");
  });

  test("is invalid at once when its creator is disabled or removed", async () => {
    for (const change of ["disable", "remove"]) {
      const { id } = await someone("admin");
      const { key } = await accounts.apiKeys.create({ ...OPERATOR, user_id: id }, { name: "ci" });
      expect((await accounts.behindKey(key)).user_id).toBe(id);
      if (change === "disable") await accounts.users.update(OPERATOR, id, { disabled: true });
      else await accounts.users.remove(OPERATOR, id);
      expect(await codeOf(accounts.behindKey(key))).toBe("UNAUTHORIZED");
    }
  });

  test("may be sent as a Bearer token", async () => {
    const { id, key } = await accounts.apiKeys.create(OPERATOR, { name: "ci" });
    expect((await accounts.behindToken(key)).id).toBe(id);
  });

  test("can't be logged out", async () => {
    const { key } = await accounts.apiKeys.create(OPERATOR, { name: "ci" });
    const caller = await accounts.behindKey(key);
    expect(await codeOf(accounts.sessions.logout(caller))).toBe("BAD_REQUEST");
  });
});

describe("credentials", () => {
  const none = { authorization: null, api_key: null };

  test("that are absent make an anonymous caller", async () => {
    expect(await accounts.sessions.authenticate(none)).toEqual(ANONYMOUS);
    expect(() => accounts.sessions.me(ANONYMOUS)).toThrow("Authentication required");
    expect(await codeOf(accounts.sessions.logout(ANONYMOUS))).toBe("UNAUTHORIZED");
  });

  test.each(["", "Basic cm9vdDpyb290", "Bearer", "Bearer ", "token", "Bearer a b"])(
    "of another form are refused: '%s'",
    async (authorization) => {
      expect(await codeOf(accounts.sessions.authenticate({ ...none, authorization }))).toBe("UNAUTHORIZED");
    },
  );

  test.each(["", "ltb_", `ltb_${"a".repeat(32)}`, "sk-something"])(
    "with no such key are refused: '%s'",
    async (api_key) => {
      expect(await codeOf(accounts.sessions.authenticate({ ...none, api_key }))).toBe("UNAUTHORIZED");
    },
  );

  test("are valid only if all of them are", async () => {
    const { token } = await someone();
    const { key } = await accounts.apiKeys.create(OPERATOR, { name: "ci" });
    const both = { authorization: `Bearer ${token}`, api_key: key };
    expect((await accounts.sessions.authenticate(both)).kind).toBe("user");
    expect(await codeOf(accounts.sessions.authenticate({ ...both, api_key: `${key}x` }))).toBe(
      "UNAUTHORIZED",
    );
    expect(await codeOf(accounts.sessions.authenticate({ ...both, authorization: "Bearer x" }))).toBe(
      "UNAUTHORIZED",
    );
    expect(await codeOf(accounts.sessions.authenticate({ ...both, api_key: token }))).toBe("UNAUTHORIZED");
  });
});

describe("failed logins", () => {
  /** Compares no password: only the counting is tested here. */
  const passwords = { hash: async () => "", verify: async (password: string) => password === "right" };
  const open = () =>
    createSessions({ store: accounts.accounts, passwords, tokens: accounts.tokens, jwt_expiration: 60 });

  test("are counted by username: after ten, even the right password has to wait", async () => {
    const { login } = open();
    for (let attempt = 0; attempt < 10; attempt++)
      expect(await codeOf(login({ username: "root", password: "wrong" }, `10.0.0.${attempt}`))).toBe(
        "UNAUTHORIZED",
      );
    const { code, details } = await refusalOf(login({ username: "root", password: "right" }, "10.0.1.1"));
    expect(code).toBe("RATE_LIMIT_EXCEEDED");
    expect(details.retry_after).toBeWithin(1, 901);
  });

  test("are counted by address: after thirty, no user can log in from it", async () => {
    const { login } = open();
    for (let attempt = 0; attempt < 30; attempt++)
      expect(await codeOf(login({ username: `name-${attempt}`, password: "wrong" }, "10.0.0.1"))).toBe(
        "UNAUTHORIZED",
      );
    const right = { username: "root", password: "right" };
    expect(await codeOf(login(right, "10.0.0.1"))).toBe("RATE_LIMIT_EXCEEDED");
    expect((await login(right, "10.0.0.2")).token).toBeString();
  });

  test("are counted, successful ones are not", async () => {
    const { login } = open();
    for (let attempt = 0; attempt < 40; attempt++)
      expect((await login({ username: "root", password: "right" }, "10.0.0.1")).token).toBeString();
  });
});

test("listeners are called after each change of users, keys and sessions", async () => {
  const fresh_accounts = await createAccounts(tempDir());
  let calls = 0;
  fresh_accounts.sessions.onForget(() => calls++);
  const { id } = await fresh_accounts.addUser("ada");
  await fresh_accounts.users.update(OPERATOR, id, { role: "viewer" });
  expect(calls).toBe(1);
  const token = await fresh_accounts.login("ada");
  await fresh_accounts.sessions.logout(await fresh_accounts.behindToken(token));
  expect(calls).toBe(2);
  const key = await fresh_accounts.apiKeys.create(OPERATOR, { name: "ci" });
  await fresh_accounts.apiKeys.remove(OPERATOR, key.id);
  expect(calls).toBe(3);
  await fresh_accounts.users.remove(OPERATOR, id);
  expect(calls).toBe(4);
  await fresh_accounts.store.close();
});

test("a key is invalid while its creator has a lesser role", async () => {
  const { id } = await someone("admin");
  const creator = { ...OPERATOR, kind: "user", id, user_id: id } as const;
  const { key } = await accounts.apiKeys.create(creator, { name: "powerful", role: "admin" });
  const { key: reading } = await accounts.apiKeys.create(creator, { name: "reading", role: "viewer" });
  const { key: modest } = await accounts.apiKeys.create(creator, { name: "modest", role: "service" });
  const behind = (api_key: string) => accounts.sessions.authenticate({ authorization: null, api_key });
  expect((await behind(key)).role).toBe("admin");
  await accounts.users.update(OPERATOR, id, { role: "user" });
  expect(await codeOf(behind(key))).toBe("UNAUTHORIZED");
  expect((await behind(modest)).role).toBe("service");
  await accounts.users.update(OPERATOR, id, { role: "viewer" });
  expect(await codeOf(behind(modest))).toBe("UNAUTHORIZED");
  expect((await behind(reading)).role).toBe("viewer");
  await accounts.users.update(OPERATOR, id, { role: "admin" });
  expect((await behind(key)).role).toBe("admin");
  expect((await behind(modest)).role).toBe("service");
});
