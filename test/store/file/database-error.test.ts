import { expect, test } from "bun:test";
import { isPassing } from "../../../src/store/file/database-error.ts";

const FULL = new Error("SQLITE_FULL: database or disk is full");

test.each([
  ["another's lock", new Error("SQLITE_BUSY: database is locked"), true],
  ["a full disk behind Drizzle's error", new Error("Failed query", { cause: FULL }), true],
  ["a disk that answers with an error", new Error("SQLITE_IOERR: disk I/O error"), true],
  ["a broken constraint", new Error("UNIQUE constraint failed: trials.run"), false],
  ["a bug", new TypeError("undefined is not an object"), false],
  ["a text", "SQLITE_BUSY", false],
] as const)("%s: may a later attempt succeed?", (_what, error, passing) => {
  expect(isPassing(error)).toBe(passing);
});
