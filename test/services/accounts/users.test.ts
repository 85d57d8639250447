import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { ANONYMOUS, OPERATOR } from "../../../src/domain/permissions.ts";
import { createPasswords } from "../../../src/services/accounts/passwords.ts";
import { codeOf, refusalOf } from "../../support/refusal.ts";
import { type Accounts, createAccounts, PASSWORD } from "../../support/server/accounts.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const opened: Accounts[] = [];
let accounts: Accounts;
let users: Accounts["users"];

beforeEach(async () => {
  accounts = await createAccounts(tempDir());
  opened.push(accounts);
  ({ users } = accounts);
});
afterAll(() => Promise.all(opened.map(({ store }) => store.close())));

const firstPage = { page: 1, page_size: 20 };

describe("a user", () => {
  test("is created enabled with the role user, and can log in", async () => {
    const user = await users.create(OPERATOR, { username: "ada", password: PASSWORD });
    expect(user).toEqual({
      id: expect.any(String),
      username: "ada",
      role: "user",
      disabled: false,
      created_at: expect.any(String),
    });
    expect(await users.get(OPERATOR, user.id)).toEqual(user);
    expect((await accounts.behindToken(await accounts.login("ada"))).id).toBe(user.id);
  });

  test("has a unique name: a second one is refused, also when both come at once", async () => {
    const request = { username: "ada", password: PASSWORD };
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => users.create(OPERATOR, request)),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { code, message, details } = await refusalOf(users.create(OPERATOR, request));
    expect([code, message, details]).toEqual([
      "CONFLICT",
      "A user named 'ada' exists already. Choose another username.",
      { field: "username" },
    ]);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "CONFLICT" });
  });

  test("is listed, newest first, without secrets", async () => {
    for (const name of ["one", "two"]) await accounts.addUser(name, "viewer");
    const page = await users.list(OPERATOR, firstPage);
    expect(page.items.map(({ username }) => username)).toEqual(["two", "one"]);
    expect(Object.keys(page.items[0] ?? {}).sort()).toEqual([
      "created_at",
      "disabled",
      "id",
      "role",
      "username",
    ]);
    expect(page.total).toBe(2);
  });

  test("is changed in the given fields, and returned as changed", async () => {
    const { id } = await accounts.addUser("ada");
    expect(await users.update(OPERATOR, id, { role: "viewer" })).toMatchObject({
      role: "viewer",
      disabled: false,
    });
    expect(await users.update(OPERATOR, id, { disabled: true })).toMatchObject({
      role: "viewer",
      disabled: true,
    });
    expect(await users.update(OPERATOR, id, { password: "another one" })).toEqual(
      await users.get(OPERATOR, id),
    );
  });

  test("that does not exist is 404 for every operation", async () => {
    const id = Bun.randomUUIDv7();
    expect(await codeOf(users.get(OPERATOR, id))).toBe("NOT_FOUND");
    expect(await codeOf(users.update(OPERATOR, id, { role: "viewer" }))).toBe("NOT_FOUND");
    expect(await codeOf(users.remove(OPERATOR, id))).toBe("NOT_FOUND");
  });
});

describe("only an admin", () => {
  const callers = [
    ["user", "FORBIDDEN"],
    ["viewer", "FORBIDDEN"],
    ["service", "FORBIDDEN"],
    [null, "UNAUTHORIZED"],
  ] as const;
  test.each(callers)("manages users, not %p", async (role, code) => {
    const { id } = await accounts.addUser("ada");
    const caller = role === null ? ANONYMOUS : { ...OPERATOR, kind: "user" as const, id, user_id: id, role };
    const request = { username: "eve", password: PASSWORD, role: "admin" as const };
    const attempts = [
      () => users.create(caller, request),
      () => users.list(caller, firstPage),
      () => users.get(caller, id),
      () => users.update(caller, id, { role: "admin" }),
      () => users.remove(caller, id),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt())).toBe(code);
    expect((await users.list(OPERATOR, firstPage)).items).toMatchObject([{ username: "ada", role: "user" }]);
  });
});

describe("the last admin", () => {
  test("can be neither demoted, disabled nor removed", async () => {
    const { id } = await accounts.addUser("root", "admin");
    await accounts.addUser("ada");
    const attempts = [
      () => users.update(OPERATOR, id, { role: "user" }),
      () => users.update(OPERATOR, id, { disabled: true }),
      () => users.remove(OPERATOR, id),
    ];
    for (const attempt of attempts) {
      const { code, message } = await refusalOf(attempt());
      expect([code, message]).toEqual([
        "CONFLICT",
        "This user is the last enabled admin. Make another user an admin first.",
      ]);
    }
    expect((await accounts.behindToken(await accounts.login("root"))).role).toBe("admin");
  });

  test("may change the password, and may be removed when another admin exists", async () => {
    const { id } = await accounts.addUser("root", "admin");
    await users.update(OPERATOR, id, { password: "another one" });
    await accounts.addUser("other root", "admin");
    await users.remove(OPERATOR, id);
    expect(await codeOf(users.get(OPERATOR, id))).toBe("NOT_FOUND");
  });

  test("remains when all admins are removed at once", async () => {
    const admins = await Promise.all(["a", "b", "c"].map((name) => accounts.addUser(name, "admin")));
    const results = await Promise.allSettled(
      admins.map(({ id }) => users.update(OPERATOR, id, { role: "user" })),
    );
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
  });
});

describe("the first admin", () => {
  test("is created from the given name and password, which is not returned", async () => {
    const given = { username: "root", password: PASSWORD };
    expect(await users.createFirstAdmin(given, true)).toEqual({ username: "root", password: null });
    expect((await accounts.behindToken(await accounts.login("root"))).role).toBe("admin");
  });

  test("gets a random password if none is given and `generate` is set", async () => {
    const created = await users.createFirstAdmin(undefined, true);
    expect(created).toEqual({ username: "admin", password: expect.stringMatching(/^[\w-]{16}$/) });
    expect((await accounts.behindToken(await accounts.login("admin", created?.password ?? ""))).role).toBe(
      "admin",
    );
    const other = await createAccounts(tempDir());
    opened.push(other);
    expect((await other.users.createFirstAdmin(undefined, true))?.password).not.toBe(created?.password);
  });

  test("is not created if no password is given and `generate` is not set", async () => {
    expect(await users.createFirstAdmin(undefined, false)).toBeNull();
    expect(await accounts.accounts.countUsers()).toBe(0);
  });

  test("is not created if a user exists", async () => {
    await accounts.addUser("ada", "viewer");
    expect(await users.createFirstAdmin({ username: "root", password: PASSWORD }, true)).toBeNull();
    expect(await accounts.accounts.countUsers()).toBe(1);
  });
});

test("no password and no key is stored anywhere in clear text", async () => {
  const data_dir = tempDir();
  const stored_accounts = await createAccounts(data_dir, { passwords: createPasswords() });
  const password = "a-password-to-look-for";
  const { id } = await stored_accounts.users.create(OPERATOR, { username: "ada-to-look-for", password });
  await stored_accounts.users.update(OPERATOR, id, { password: `${password}-2` });
  const { key } = await stored_accounts.apiKeys.create(OPERATOR, { name: "ci" });
  const token = await stored_accounts.login("ada-to-look-for", `${password}-2`);
  await stored_accounts.sessions.logout(await stored_accounts.behindToken(token));
  await stored_accounts.store.close();
  let bytes = "";
  for await (const path of new Glob("**").scan({ cwd: data_dir, absolute: true, dot: true }))
    bytes += Buffer.from(await Bun.file(path).arrayBuffer()).toString("latin1");
  expect(bytes).toInclude("ada-to-look-for");
  expect(bytes).toInclude("$argon2id$");
  for (const secret of [password, key, key.slice("ltb_".length), token]) expect(bytes).not.toInclude(secret);
});
