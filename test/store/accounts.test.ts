import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { Store } from "../../src/store/index.ts";
import { apiKeyRow, userRow } from "../support/rows.ts";
import { openStoreIn } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const opened: Store[] = [];
let accounts: Store["accounts"];

beforeEach(async () => {
  const store = await openStoreIn(tempDir());
  opened.push(store);
  ({ accounts } = store);
});
afterAll(() => Promise.all(opened.map((store) => store.close())));

const admin = (given = {}) => userRow({ role: "admin", ...given });

describe("a user", () => {
  test("is found by id and by the exact name", async () => {
    const row = userRow({ username: "Ada", disabled: true });
    await accounts.addUser(row);
    expect(await accounts.findUser(row.id)).toEqual(row);
    expect(await accounts.findUsername("Ada")).toEqual(row);
    expect(await accounts.findUsername("ada")).toBeUndefined();
    expect(await accounts.countUsers()).toBe(1);
  });

  test("has a unique name", async () => {
    await accounts.addUser(userRow({ username: "ada" }));
    expect(accounts.addUser(userRow({ username: "ada" }))).rejects.toThrow("UNIQUE");
  });

  test("keeps the fields that a change leaves out", async () => {
    const row = userRow();
    await accounts.addUser(row);
    expect(await accounts.changeUser(row.id, { role: "viewer" })).toBe(true);
    expect(await accounts.changeUser(row.id, { disabled: true })).toBe(true);
    expect(await accounts.findUser(row.id)).toEqual({ ...row, role: "viewer", disabled: true });
  });

  test("gets a new session epoch with every new password, also with concurrent changes", async () => {
    const row = userRow();
    await accounts.addUser(row);
    await Promise.all(
      ["one", "two", "three"].map((password_hash) => accounts.changeUser(row.id, { password_hash })),
    );
    await accounts.changeUser(row.id, { role: "viewer" });
    expect(await accounts.findUser(row.id)).toMatchObject({ session_epoch: 3, password_hash: "three" });
  });

  test("that does not exist is neither changed nor removed", async () => {
    expect(await accounts.changeUser("nobody", { role: "viewer" })).toBe(false);
    expect(await accounts.removeUser("nobody")).toBe(false);
  });
});

describe("the last active admin", () => {
  test.each([
    ["a user", { role: "user" }],
    ["a viewer", { role: "viewer" }],
    ["a disabled admin", { disabled: true }],
  ] as const)("can't become %s", async (_what, changes) => {
    const row = admin();
    await Promise.all([row, admin({ disabled: true }), userRow()].map(accounts.addUser));
    expect(await accounts.changeUser(row.id, changes)).toBe(false);
    expect(await accounts.findUser(row.id)).toEqual(row);
  });

  test("can't be removed", async () => {
    const row = admin();
    await Promise.all([row, admin({ disabled: true }), userRow()].map(accounts.addUser));
    await accounts.addApiKey(apiKeyRow({ created_by: row.id }));
    expect(await accounts.removeUser(row.id)).toBe(false);
    expect(await accounts.findUser(row.id)).toEqual(row);
    expect((await accounts.listApiKeys({ page: 1, page_size: 10 })).total).toBe(1);
  });

  test("can have a new password", async () => {
    const row = admin();
    await accounts.addUser(row);
    expect(await accounts.changeUser(row.id, { password_hash: "new", role: "admin", disabled: false })).toBe(
      true,
    );
  });

  test("remains if two admins are demoted, disabled or removed at once", async () => {
    const rows = Array.from({ length: 6 }, () => admin());
    await Promise.all(rows.map(accounts.addUser));
    const done = await Promise.all(
      rows.map(({ id }, index) => {
        if (index % 3 === 0) return accounts.changeUser(id, { role: "user" });
        return index % 3 === 1 ? accounts.changeUser(id, { disabled: true }) : accounts.removeUser(id);
      }),
    );
    expect(done.filter(Boolean)).toHaveLength(5);
    const { items } = await accounts.listUsers({ page: 1, page_size: 100 });
    expect(items.filter(({ role, disabled }) => role === "admin" && !disabled)).toHaveLength(1);
  });

  test("does not prevent changes of others, also of disabled admins", async () => {
    const [other, disabled] = [userRow(), admin({ disabled: true })];
    await Promise.all([admin(), other, disabled].map(accounts.addUser));
    expect(await accounts.changeUser(other.id, { disabled: true })).toBe(true);
    expect(await accounts.changeUser(disabled.id, { role: "user" })).toBe(true);
    expect(await accounts.removeUser(other.id)).toBe(true);
    expect(await accounts.removeUser(disabled.id)).toBe(true);
  });
});

describe("an API key", () => {
  test("is found by id and by its hash", async () => {
    const row = apiKeyRow();
    await accounts.addApiKey(row);
    expect(await accounts.findApiKey(row.id)).toEqual(row);
    expect(await accounts.findKeyHash(row.key_hash)).toEqual(row);
    expect(await accounts.findKeyHash("another hash")).toBeUndefined();
  });

  test("is gone once it is removed", async () => {
    const row = apiKeyRow();
    await accounts.addApiKey(row);
    await accounts.removeApiKey(row.id);
    expect(await accounts.findKeyHash(row.key_hash)).toBeUndefined();
  });

  test("is removed with the user who created it, and not otherwise", async () => {
    const [user, other] = [userRow(), userRow()];
    const keys = [user, user, other].map(({ id }) => apiKeyRow({ created_by: id }));
    await Promise.all([...[user, other].map(accounts.addUser), ...keys.map(accounts.addApiKey)]);
    await accounts.removeUser(user.id);
    const { items } = await accounts.listApiKeys({ page: 1, page_size: 10 });
    expect(items.map(({ created_by }) => created_by)).toEqual([other.id]);
  });
});

describe("a revoked session", () => {
  const now = "2026-01-31T12:00:00.000Z";
  const later = "2026-01-31T13:00:00.000Z";

  test("is stored until its token expires", async () => {
    await accounts.revokeSession("one", later, now);
    expect(await accounts.isRevoked("one")).toBe(true);
    expect(await accounts.isRevoked("two")).toBe(false);
    await accounts.revokeSession("two", "2026-01-31T15:00:00.000Z", "2026-01-31T14:00:00.000Z");
    expect(await accounts.isRevoked("one")).toBe(false);
    expect(await accounts.isRevoked("two")).toBe(true);
  });

  test("may be revoked again", async () => {
    await accounts.revokeSession("one", later, now);
    await accounts.revokeSession("one", later, now);
    expect(await accounts.isRevoked("one")).toBe(true);
  });
});
