import { describe, expect, test } from "bun:test";
import { retryAfterMs } from "../../../src/providers/failure/rate-limit.ts";

const NOW = Date.parse("2026-11-02T10:00:00Z");

const ANSWERED: [Record<string, string>, number][] = [
  [{ "retry-after": "2" }, 2000],
  [{ "retry-after": " 0 " }, 0],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": "2s" }, 2000],
  [{ "retry-after": "Mon, 02 Nov 2026 10:00:30 GMT" }, 30_000],
  [{ "retry-after": "Mon, 02 Nov 2026 09:00:00 GMT" }, 0],
  [{ "retry-after": "9".repeat(400) }, 86_400_000],
  [{ "retry-after": "Mon, 02 Nov 2066 10:00:00 GMT" }, 86_400_000],
  [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
  [{ "retry-after-ms": "soon", "retry-after": "1" }, 1000],
  [{ "x-ms-retry-after-ms": "1200" }, 1200],
  [{ "retry-after": "7", "x-ratelimit-reset": "90" }, 7000],
];

const SILENT: Record<string, string>[] = [
  {},
  { "retry-after": "" },
  { "retry-after": "soon" },
  { "retry-after": "-" },
  { "x-ratelimit-limit": "20" },
  { ratelimit: "none" },
];

test.each(ANSWERED)("%o is %i ms", (headers, expected) => {
  expect(retryAfterMs({ headers }, NOW)).toBe(expected);
});

test.each(SILENT)("%o says nothing", (headers) => {
  expect(retryAfterMs({ headers }, NOW)).toBeUndefined();
});

describe("the reset of a limit", () => {
  test.each<[string, Record<string, string>, number]>([
    ["in seconds", { "x-ratelimit-reset": "12" }, 12_000],
    ["as a span", { "x-ratelimit-reset-tokens": "1m30s" }, 90_000],
    ["in milliseconds", { "x-ratelimit-reset-requests": "20ms" }, 20],
    ["in Unix seconds", { "x-ratelimit-reset": String(NOW / 1000 + 5) }, 5000],
    ["in Unix milliseconds", { "x-ratelimit-reset": String(NOW + 4000) }, 4000],
    ["as a date", { "anthropic-ratelimit-requests-reset": "2026-11-02T10:00:08Z" }, 8000],
    ["by the IETF's field", { "ratelimit-reset": "30" }, 30_000],
    ["by the IETF's one field", { ratelimit: "limit=100, remaining=0, reset=30" }, 30_000],
    ["by the IETF's newer form", { ratelimit: '"default";r=0;t=45' }, 45_000],
    ["hours ahead", { "x-ratelimit-reset": String(NOW + 54_000_000) }, 54_000_000],
  ])("%s", (_form, headers, expected) => {
    expect(retryAfterMs({ headers }, NOW)).toBe(expected);
  });

  test("is that of the limit which is used up", () => {
    const headers = {
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "2h",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "6s",
    };
    expect(retryAfterMs({ headers }, NOW)).toBe(6000);
  });

  test("is the last of those used up, and of all if none is", () => {
    const resets = { "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6s" };
    const none_left = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "0" };
    expect(retryAfterMs({ headers: { ...resets, ...none_left } }, NOW)).toBe(6000);
    expect(retryAfterMs({ headers: resets }, NOW)).toBe(6000);
  });

  test("says nothing of a call that met no limit", () => {
    expect(retryAfterMs({ headers: { "x-ratelimit-reset": "12" }, limited: false }, NOW)).toBeUndefined();
  });
});

describe("a body", () => {
  test.each<[unknown, number]>([
    [
      {
        error: {
          metadata: { headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": String(NOW + 4000) } },
        },
      },
      4000,
    ],
    [{ error: { metadata: { headers: { "Retry-After": 3 } } } }, 3000],
    [
      { error: { details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3.5s" }] } },
      3500,
    ],
    [{ error: { message: "slow", retry_after: 2 } }, 2000],
    [{ error: { retry_after_ms: 750 } }, 750],
    [[{ error: { retryAfter: "4" } }], 4000],
  ])("%j", (body, expected) => {
    expect(retryAfterMs({ headers: {}, body }, NOW)).toBe(expected);
  });

  test("comes after a header that names the wait, and before one that names a reset", () => {
    const body = { error: { retry_after: 2 } };
    expect(retryAfterMs({ headers: { "retry-after": "1" }, body }, NOW)).toBe(1000);
    expect(retryAfterMs({ headers: { "x-ratelimit-reset": "9" }, body }, NOW)).toBe(2000);
  });
});

describe("words", () => {
  test.each([
    ["Rate limit reached for gpt-4o. Limit: 30000, Used: 29000. Please try again in 2.5s. Visit …", 2500],
    ["Please try again in 1m2.5s.", 62_500],
    ["Please try again in 20ms.", 20],
    ["Rate limited, retry after 20 seconds", 20_000],
    ["Please retry in 35.07s.", 35_070],
    ["Too many requests: please wait for 1 minute and 5 seconds", 65_000],
    ["The quota resets in 5 hours.", 18_000_000],
    ["Try again at 2026-11-02T10:00:09Z", 9000],
  ])("'%s' asks for %i ms", (words, expected) => {
    expect(retryAfterMs({ headers: {}, words }, NOW)).toBe(expected);
  });

  test.each([
    "slow down",
    "Please try again later.",
    "Limit of 60 requests in 1 minute reached",
    "try again",
  ])("'%s' asks for nothing", (words) => {
    expect(retryAfterMs({ headers: {}, words }, NOW)).toBeUndefined();
  });
});
