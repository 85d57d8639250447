import { describe, expect, test } from "bun:test";
import {
  ACCOUNT_ROLES,
  CreateApiKey,
  CreateUser,
  NEW_PASSWORD,
  UpdateUser,
  USERNAME,
} from "../../src/domain/account.ts";
import { takes } from "../support/takes.ts";

describe("a username", () => {
  test.each(["a", "Ada Lovelace", "ada@example.org", "ädä", "x".repeat(200)])("may be %p", (name) => {
    expect(takes(USERNAME, name)).toBe(true);
  });
  test.each(["", " ", " ada", "ada ", "\tada", "x".repeat(201), 7, null])("is not %p", (name) => {
    expect(takes(USERNAME, name)).toBe(false);
  });
});

test.each([
  ["1234567", false],
  ["12345678", true],
  ["        ", true],
  ["x".repeat(1024), true],
  ["x".repeat(1025), false],
])("a new password of %p: %p", (password, good) => {
  expect(takes(NEW_PASSWORD, password)).toBe(good);
});

describe("an account", () => {
  const user = { username: "ada", password: "password1" };

  test.each([...ACCOUNT_ROLES])("may have the role %s", (role) => {
    expect(takes(CreateUser, { ...user, role })).toBe(true);
  });

  test("has no role that is only for API keys, and no other field", () => {
    expect(takes(CreateUser, user)).toBe(true);
    expect(takes(CreateUser, { ...user, role: "service" })).toBe(false);
    expect(takes(CreateUser, { ...user, disabled: false })).toBe(false);
    expect(takes(CreateApiKey, { name: "ci", role: "service" })).toBe(true);
  });

  test("is changed by at least one field", () => {
    expect(takes(UpdateUser, { disabled: true })).toBe(true);
    expect(takes(UpdateUser, {})).toBe(false);
    expect(takes(UpdateUser, { username: "new" })).toBe(false);
  });
});
