import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sha256 } from "../../../src/base/hash.ts";
import { ANONYMOUS, type Caller, OPERATOR, ROLES } from "../../../src/domain/permissions.ts";
import { codeOf } from "../../support/refusal.ts";
import { type Accounts, createAccounts } from "../../support/server/accounts.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
let accounts: Accounts;
let apiKeys: Accounts["apiKeys"];

beforeAll(async () => {
  accounts = await createAccounts(tempDir());
  ({ apiKeys } = accounts);
});
afterAll(() => accounts.store.close());

const admin: Caller = { ...OPERATOR, kind: "user", id: "root-id", user_id: "root-id" };

describe("a key", () => {
  test("is ltb_ and 32 uniformly random small letters and digits, and is unique", async () => {
    const created = await Promise.all(
      Array.from({ length: 1_000 }, () => apiKeys.create(OPERATOR, { name: "many" })),
    );
    const keys = created.map(({ key }) => key);
    for (const key of keys) expect(key).toMatch(/^ltb_[a-z0-9]{32}$/);
    expect(new Set(keys).size).toBe(1_000);
    const counts = new Map<string, number>();
    for (const letter of keys.join("").replaceAll("ltb_", ""))
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(36);
    // χ² with 35 degrees of freedom exceeds 93 once in 10^7 runs; bytes modulo 36 would give about 200 here.
    const expected = 32_000 / 36;
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi2).toBeLessThan(93);
  });

  test("is shown once: only its hash and its first characters are stored", async () => {
    const { key, id, created_at } = await apiKeys.create(admin, { name: "ci", role: "viewer" });
    const public_key = {
      id,
      name: "ci",
      role: "viewer",
      prefix: key.slice(0, 8),
      created_by: "root-id",
      created_at,
    };
    expect<unknown>(await apiKeys.get(OPERATOR, id)).toEqual(public_key);
    expect((await apiKeys.list(OPERATOR, { page: 1, page_size: 1 })).items).toMatchObject([public_key]);
    expect((await accounts.accounts.findApiKey(id))?.key_hash).toBe(sha256(key));
  });

  test("has the role service by default", async () => {
    const { id } = await apiKeys.create(OPERATOR, { name: "ci" });
    expect((await apiKeys.get(OPERATOR, id)).role).toBe("service");
  });

  test.each([...ROLES])("may have the role %s", async (role) => {
    const { key } = await apiKeys.create(OPERATOR, { name: "ci", role });
    expect((await accounts.behindKey(key)).role).toBe(role);
  });

  test("belongs to the user behind the key that created it, or to the operator", async () => {
    const first = await apiKeys.create(admin, { name: "first", role: "admin" });
    const second = await apiKeys.create(await accounts.behindKey(first.key), { name: "second" });
    expect((await apiKeys.get(OPERATOR, second.id)).created_by).toBe("root-id");
    const third = await apiKeys.create(OPERATOR, { name: "third" });
    expect((await apiKeys.get(OPERATOR, third.id)).created_by).toBe("operator");
  });

  test("that does not exist is 404, also after it was removed", async () => {
    const { id } = await apiKeys.create(OPERATOR, { name: "ci" });
    await apiKeys.remove(OPERATOR, id);
    expect(await codeOf(apiKeys.get(OPERATOR, id))).toBe("NOT_FOUND");
    expect(await codeOf(apiKeys.remove(OPERATOR, id))).toBe("NOT_FOUND");
  });
});

test.each([
  ["user", "FORBIDDEN"],
  ["viewer", "FORBIDDEN"],
  ["service", "FORBIDDEN"],
  [null, "UNAUTHORIZED"],
] as const)("keys are managed by admins, not by %p", async (role, code) => {
  const caller = role === null ? ANONYMOUS : { ...admin, role };
  const { id } = await apiKeys.create(OPERATOR, { name: "ci" });
  expect(await codeOf(apiKeys.create(caller, { name: "mine" }))).toBe(code);
  expect(await codeOf(apiKeys.list(caller, { page: 1, page_size: 1 }))).toBe(code);
  expect(await codeOf(apiKeys.get(caller, id))).toBe(code);
  expect(await codeOf(apiKeys.remove(caller, id))).toBe(code);
});
