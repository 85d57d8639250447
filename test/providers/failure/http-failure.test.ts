import { describe, expect, test } from "bun:test";
import { readErrorValue } from "../../../src/providers/failure/error-body.ts";
import { httpFailure, reportedFailure } from "../../../src/providers/failure/http-failure.ts";

const ACCOUNT = {
  name: "acme",
  title: "Acme",
  key_variable: "ACME_API_KEY",
  secrets: ["acme-key-0123456789"],
};

const failed = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  httpFailure({ status, status_text: "Status", headers, body: JSON.stringify(body) }, ACCOUNT);

describe("what a failure means", () => {
  test.each<[object, string | undefined]>([
    [{ code: "context_length_exceeded", message: "m" }, "context_length_exceeded"],
    [{ type: "exceed_context_size_error", message: "m", n_ctx: 1 }, "context_length_exceeded"],
    [{ message: "This model's maximum context length is 8192 tokens." }, "context_length_exceeded"],
    [
      { message: "the request exceeds the available context size, try increasing it" },
      "context_length_exceeded",
    ],
    [{ message: "prompt is too long: 210000 tokens > 200000 maximum" }, "context_length_exceeded"],
    [
      { message: "Prompt contains 40000 tokens, too large for model with 32768 maximum context length" },
      "context_length_exceeded",
    ],
    [{ message: "Please reduce the length of the messages or completion." }, "context_length_exceeded"],
    [{ code: "content_filter", message: "m" }, "content_filter"],
    [{ code: "content_policy_violation", message: "m" }, "content_filter"],
    [{ code: 400, message: "m", innererror: { code: "ResponsibleAIPolicyViolation" } }, "content_filter"],
    [{ code: "data_inspection_failed", message: "m" }, "content_filter"],
    [{ code: "tool_use_failed", type: "invalid_request_error", message: "m" }, "tool_use_failed"],
    [{ code: "unsupported_parameter", message: "m", param: "seed" }, "unsupported_parameter"],
    [{ code: null, type: "invalid_request_error", message: "m" }, undefined],
    [{ code: "400", message: "m" }, undefined],
    [{ message: "max_tokens is too large: 9." }, undefined],
  ])("%j has the code %p", (error, code) => {
    expect(failed(400, { error })).toMatchObject({ reason: "invalid_request", retryable: false, code });
  });

  test("the parameter at fault is the vendor's", () => {
    expect(failed(400, { error: { message: "m", param: "messages" } }).param).toBe("messages");
    expect(failed(400, { error: { message: "m", param: null } }).param).toBeUndefined();
  });

  test("a filter's 403 is the request's fault, not the key's", () => {
    const error = {
      code: 403,
      message: "The model requires moderation and your input was flagged",
      metadata: {},
    };
    expect(failed(403, { error })).toMatchObject({ reason: "invalid_request", code: "content_filter" });
    expect(failed(403, { error: { message: "no access" } })).toMatchObject({ reason: "authentication" });
  });

  test("a limit's code is its own, and its words are no overflow", () => {
    const error = {
      code: "rate_limit_exceeded",
      type: "tokens",
      message: "Request too large. Try again in 3s.",
    };
    expect(failed(429, { error })).toMatchObject({
      reason: "rate_limited",
      retryable: true,
      code: "rate_limit_exceeded",
      retry_after_ms: 3000,
    });
  });

  test("an account without credit is not asked again", () => {
    expect(failed(429, { error: { code: "insufficient_quota", message: "m" } }).retryable).toBe(false);
  });

  test("a reset counts for a limit alone", () => {
    const headers = { "x-ratelimit-reset-requests": "9s" };
    expect(failed(429, {}, headers).retry_after_ms).toBe(9000);
    expect(failed(500, {}, headers).retry_after_ms).toBeUndefined();
    expect(failed(500, {}, { "retry-after": "1" }).retry_after_ms).toBe(1000);
  });
});

describe("an error that came with HTTP 200", () => {
  const reported = (error: unknown) => reportedFailure(readErrorValue(error), ACCOUNT);

  test("without a status may pass", () => {
    expect(reported({ message: "the engine died." })).toMatchObject({
      reason: "server_error",
      retryable: true,
      message: "Acme broke off with an error: the engine died.",
    });
    expect(reported("the engine died")).toMatchObject({
      message: "Acme broke off with an error: the engine died.",
    });
  });

  test("that is about the request does not pass", () => {
    expect(reported({ message: "prompt is too long" })).toMatchObject({
      reason: "invalid_request",
      retryable: false,
      code: "context_length_exceeded",
    });
    expect(reported({ message: "no", status_code: 400, code: "tool_use_failed" })).toMatchObject({
      reason: "invalid_request",
      status: 400,
      code: "tool_use_failed",
    });
  });

  test("never shows the key", () => {
    expect(reported({ message: "bad acme-key-0123456789", code: 500 }).message).toBe(
      "Acme answered HTTP 500: bad [key]",
    );
  });
});
