import { describe, expect, test } from "bun:test";
import { abortedError, failureOf, unknownName } from "../../src/providers/failures.ts";
import { ProviderError } from "../../src/providers/provider.ts";

test.each([
  [400, "invalid_request", false],
  [401, "authentication", false],
  [402, "authentication", false],
  [403, "authentication", false],
  [404, "invalid_request", false],
  [408, "timeout", true],
  [413, "invalid_request", false],
  [422, "invalid_request", false],
  [424, "server_error", true],
  [429, "rate_limited", true],
  [498, "overloaded", true],
  [500, "server_error", true],
  [502, "server_error", true],
  [503, "overloaded", true],
  [504, "timeout", true],
  [529, "overloaded", true],
  [304, "invalid_response", false],
] as const)("HTTP %i is %s, retryable: %p", (status, reason, retryable) => {
  expect(failureOf(status)).toEqual({ reason, retryable });
});

describe("an aborted call", () => {
  test("is cancelled, and keeps the reason as cause", () => {
    const error = abortedError("mock", AbortSignal.abort("enough"));
    expect(error).toMatchObject({ provider: "mock", reason: "cancelled", retryable: false, cause: "enough" });
  });

  test("is a time-out where the reason says so", () => {
    const reason = new DOMException("late", "TimeoutError");
    expect(abortedError("mock", AbortSignal.abort(reason))).toMatchObject({
      reason: "timeout",
      retryable: true,
    });
  });

  test("fails with the reason itself where that is a ProviderError", () => {
    const reason = new ProviderError("mock", "timeout", "No answer within 5 ms.");
    expect(abortedError("mock", AbortSignal.abort(reason))).toBe(reason);
  });
});

describe("an unknown name", () => {
  test("is answered with the known ones and the nearest", () => {
    const error = unknownName("baseline", "model", { name: "frist", known: ["random", "first"] });
    expect(error.reason).toBe("invalid_request");
    expect(error.message).toBe(
      "baseline: unknown model 'frist'. Known: random, first. Did you mean 'first'?",
    );
  });

  test("is cut, and has no suggestion where nothing is near", () => {
    const error = unknownName("baseline", "model", { name: "x".repeat(300), known: ["random"] });
    expect(error.message).toBe(`baseline: unknown model '${"x".repeat(100)}'. Known: random.`);
  });
});
