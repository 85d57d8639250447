import { describe, expect, test } from "bun:test";
import { AppError, badField, type ErrorCode, notFound, STATUS_OF } from "../../src/base/errors.ts";

test.each([
  ["BAD_REQUEST", 400],
  ["UNAUTHORIZED", 401],
  ["FORBIDDEN", 403],
  ["NOT_FOUND", 404],
  ["CONFLICT", 409],
  ["PAYLOAD_TOO_LARGE", 413],
  ["RATE_LIMIT_EXCEEDED", 429],
  ["INTERNAL_ERROR", 500],
  ["SERVICE_UNAVAILABLE", 503],
] as [ErrorCode, number][])("%s is HTTP %p", (code, status) => {
  expect(new AppError(code, "message").status).toBe(status);
});

test("there are no other codes", () => {
  expect(Object.keys(STATUS_OF)).toHaveLength(9);
});

test("an error has code, message and details, and its cause apart from them", () => {
  const cause = new Error("inside");
  const error = new AppError("CONFLICT", "Taken.", { field: "name" }, { cause });
  expect(error).toBeInstanceOf(Error);
  expect({ ...error, message: error.message, cause: error.cause, name: error.name }).toEqual({
    code: "CONFLICT",
    message: "Taken.",
    details: { field: "name" },
    cause,
    name: "AppError",
  });
  expect(new AppError("CONFLICT", "Taken.").details).toEqual({});
});

describe("a missing thing", () => {
  test("is named by noun and id", () => {
    const error = notFound("benchmark", "42");
    expect([error.code, error.message, error.details]).toEqual([
      "NOT_FOUND",
      "No benchmark with id '42'.",
      { benchmark: "42" },
    ]);
  });

  test("with a long id is named by the id's first 100 characters", () => {
    const { message, details } = notFound("user", "x".repeat(5_000));
    expect(message.length).toBeLessThan(150);
    expect(details.user).toBe("x".repeat(100));
  });
});

test("a field's fault is in the message and in the details, beside further details", () => {
  const error = badField("samples.3.input", "must not be empty", { accepted: ["text"] });
  expect([error.code, error.message, error.details]).toEqual([
    "BAD_REQUEST",
    "samples.3.input: must not be empty",
    { field: "samples.3.input", fault: "must not be empty", accepted: ["text"] },
  ]);
});
