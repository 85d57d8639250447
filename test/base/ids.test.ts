import { describe, expect, test } from "bun:test";
import { idsFrom, newId, timeOfId } from "../../src/base/ids.ts";

const MOMENT = Date.UTC(2026, 10, 23, 8, 0, 0, 7);

describe("a new id", () => {
  test("is a UUIDv7, and later ids sort after earlier ones", () => {
    const ids = Array.from({ length: 1_000 }, () => newId());
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("of a given time has that time, to the millisecond", () => {
    expect(timeOfId(newId(MOMENT))).toBe("2026-11-23T08:00:00.007Z");
  });
});

test("the start of a time's ids sorts before them, and after all earlier ids", () => {
  const start = idsFrom(MOMENT);
  expect(newId(MOMENT) > start).toBe(true);
  expect(newId(MOMENT + 1) > start).toBe(true);
  expect(newId(MOMENT - 1) < start).toBe(true);
});
