import { expect, test } from "bun:test";
import { retryAfterMs } from "../../../src/providers/ai-sdk/retry-after.ts";

const NOW = Date.parse("2026-11-02T10:00:00Z");

const ANSWERED: [Record<string, string>, number][] = [
  [{ "retry-after": "2" }, 2000],
  [{ "retry-after": " 0 " }, 0],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": "Mon, 02 Nov 2026 10:00:30 GMT" }, 30_000],
  [{ "retry-after": "Mon, 02 Nov 2026 09:00:00 GMT" }, 0],
  [{ "retry-after": "9".repeat(400) }, 86_400_000],
  [{ "retry-after": "Mon, 02 Nov 2066 10:00:00 GMT" }, 86_400_000],
  [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
  [{ "retry-after-ms": "soon", "retry-after": "1" }, 1000],
];

const SILENT: Record<string, string>[] = [
  {},
  { "retry-after": "" },
  { "retry-after": "soon" },
  { "retry-after": "-" },
];

test.each(ANSWERED)("%o is %i ms", (headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});

test.each(SILENT)("%o says nothing", (headers) => {
  expect(retryAfterMs(headers, NOW)).toBeUndefined();
});
