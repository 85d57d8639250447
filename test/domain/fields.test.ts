import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/base/errors.ts";
import { newId } from "../../src/base/ids.ts";
import { Id, Name, parseSince, Since } from "../../src/domain/fields.ts";
import { takes } from "../support/takes.ts";

describe("an id", () => {
  test("is a UUID, in either case", () => {
    const id = newId();
    expect([id, id.toUpperCase()].map((text) => takes(Id, text))).toEqual([true, true]);
  });

  test.each(["", "1", `${newId()} `, newId().replace("-", ""), `${newId()}\n`, "g".repeat(36)])(
    "is not %p",
    (text) => {
      expect(takes(Id, text)).toBe(false);
    },
  );
});

test("a name has 1 to 200 characters", () => {
  expect(["", "x", "x".repeat(200), "x".repeat(201)].map((name) => takes(Name, name))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

describe("a moment in a query", () => {
  test.each([
    ["2026-11-23", "2026-11-23T00:00:00.000Z"],
    ["2026-11-23T08:00", "2026-11-23T08:00:00.000Z"],
    ["2026-11-23T08:00:05Z", "2026-11-23T08:00:05.000Z"],
    ["2026-11-23T08:00:05.25", "2026-11-23T08:00:05.250Z"],
  ])("%s is %s, in UTC", (since, moment) => {
    expect(takes(Since, since)).toBe(true);
    expect(new Date(parseSince(since, "since")).toISOString()).toBe(moment);
  });

  test.each(["23.11.2026", "2026-11-23 08:00", "2026-11-23T08:00:00+01:00", "now", ""])(
    "is not %p",
    (since) => {
      expect(takes(Since, since)).toBe(false);
    },
  );

  test.each(["2026-02-31", "2026-13-01", "2026-11-23T25:00"])("does not exist on %s", (since) => {
    expect(takes(Since, since)).toBe(true);
    expect(() => parseSince(since, "since")).toThrow(AppError);
  });
});
