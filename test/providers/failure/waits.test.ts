import { expect, test } from "bun:test";
import { spanMs, waitOf } from "../../../src/providers/failure/waits.ts";

const NOW = Date.parse("2026-11-02T10:00:00Z");

test.each([
  ["20ms", 20],
  ["2s", 2000],
  ["7.66s", 7660],
  ["1m30s", 90_000],
  ["6m0s", 360_000],
  ["2h", 7_200_000],
  ["1h2m3.5s", 3_723_500],
  ["1d", 86_400_000],
  ["12 seconds", 12_000],
  ["1 minute", 60_000],
  ["2 minutes and 5 seconds", 125_000],
  ["3 hrs, 1 min", 10_860_000],
  ["250 milliseconds", 250],
])("the span %s is %i ms", (text, expected) => {
  expect(spanMs(text)).toBe(expected);
});

test.each(["", "soon", "5", "5 apples", "s", "1m later", "-3s"])("%j is no span", (text) => {
  expect(spanMs(text)).toBeUndefined();
});

test.each<[unknown, number]>([
  ["3", 3000],
  [3, 3000],
  ["0.5", 500],
  [0, 0],
  [String(NOW / 1000 + 30), 30_000],
  [NOW / 1000 + 30.5, 30_500],
  [String(NOW + 1500), 1500],
  [NOW - 1000, 0],
  ["PT5S", 5000],
  ["PT1M30.5S", 90_500],
  ["PT2H", 7_200_000],
  ["Mon, 02 Nov 2026 10:00:30 GMT", 30_000],
  ["2026-11-02T10:00:10Z", 10_000],
  ["2026-11-02T10:00:10.250+00:00", 10_250],
  ["2027-01-01T00:00:00Z", 86_400_000],
  ["400h", 86_400_000],
])("%j asks to wait %i ms", (value, expected) => {
  expect(waitOf(value, NOW)).toBe(expected);
});

test("a number of milliseconds is one, and a moment in milliseconds is a moment", () => {
  expect(waitOf("1200", NOW, 1)).toBe(1200);
  expect(waitOf(NOW + 1200, NOW, 1)).toBe(1200);
});

test.each([
  undefined,
  null,
  "",
  "soon",
  "-1",
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  {},
  "next 5",
  "PT",
  true,
])("%j says nothing", (value) => {
  expect(waitOf(value, NOW)).toBeUndefined();
});
