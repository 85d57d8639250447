import { expect, test } from "bun:test";
import { now } from "../../src/base/time.ts";

test("the current time is ISO 8601 in UTC with milliseconds", () => {
  expect(now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const before = Date.now();
  const read = Date.parse(now());
  expect(read >= before && read <= Date.now()).toBe(true);
});
