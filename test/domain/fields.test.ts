import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { AppError } from "../../src/base/errors.ts";
import { newId } from "../../src/base/ids.ts";
import { now } from "../../src/base/time.ts";
import { validator } from "../../src/base/validation.ts";
import { VERSION } from "../../src/base/version.ts";
import {
  ACCOUNT_ROLES,
  CreateApiKey,
  CreateUser,
  NEW_PASSWORD,
  UpdateUser,
  USERNAME,
} from "../../src/domain/account.ts";
import { DatasetName, indexOfLetter, letterOf } from "../../src/domain/dataset.ts";
import { ID_PATTERN, Id, Name } from "../../src/domain/fields.ts";
import { ROOT } from "../support/paths.ts";

const takes = (schema: TSchema, value: unknown): boolean => {
  try {
    validator(schema)(value);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
};

describe("an id", () => {
  test("is a UUIDv7, and newer ones sort behind older ones", () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.every((id) => new RegExp(ID_PATTERN).test(id) && takes(Id, id))).toBe(true);
  });

  test.each(["", "1", `${newId()} `, newId().replace("-", ""), `${newId()}\n`, "g".repeat(36)])(
    "is not %p",
    (text) => {
      expect(takes(Id, text)).toBe(false);
    },
  );
});

test("a time is ISO 8601 in UTC with milliseconds", () => {
  expect(now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Math.abs(Date.parse(now()) - Date.now())).toBeLessThan(60_000);
});

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

  test("has no role that is for API keys alone, and no other field", () => {
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

describe("a dataset's name", () => {
  test.each(["a", "mmlu", "MMLU-Pro_2.1", "0", "x".repeat(100)])("may be %p", (name) => {
    expect(takes(DatasetName, name)).toBe(true);
  });
  test.each(["", "-a", ".hidden", "a/b", "a?b", "a b", "ä", "a\n", "x".repeat(101)])("is not %p", (name) => {
    expect(takes(DatasetName, name)).toBe(false);
  });
});

test("choices have letters, in either case", () => {
  expect([0, 1, 25].map(letterOf)).toEqual(["A", "B", "Z"]);
  expect(["A", "b", "Z"].map(indexOfLetter)).toEqual([0, 1, 25]);
});

test("a name has 1 to 200 characters", () => {
  expect(["", "x", "x".repeat(200), "x".repeat(201)].map((name) => takes(Name, name))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("the version is package.json's", async () => {
  const { version } = await Bun.file(`${ROOT}/package.json`).json();
  expect(VERSION).toBe(version);
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
});
