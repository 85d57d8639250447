import { expect, test } from "bun:test";
import { formatApart, formatFigure, formatPValue } from "../../src/base/format.ts";

test("large figures are written out, small ones by their first digits", () => {
  const shown = [0.000003, 0.0355, 12.345, 99.94, 99.96, 999.7, 5230.26, 123456.7].map((value) =>
    formatFigure(value, "tokens/s"),
  );
  expect(shown).toEqual(["0.00000300", "0.0355", "12.3", "99.9", "100.0", "999.7", "5230.3", "123456.7"]);
});

test("a value that rounds to zero has no sign", () => {
  expect(formatFigure(-0.0001, "ratio")).toBe("0.000");
  expect(formatFigure(-0.0006, "ratio")).toBe("-0.001");
  expect(formatFigure(-0.01, "ms")).toBe("0.0");
});

test("two figures have as many digits as tell them apart", () => {
  expect(formatApart(0.86, 0.8)).toEqual(["0.86", "0.8"]);
  expect(formatApart(0.79996, 0.8)).toEqual(["0.79996", "0.8"]);
  expect(formatApart(2000.04, 2000)).toEqual(["2000.04", "2000"]);
  expect(formatApart(1 / 3, 1 / 3)).toEqual(["0.3333", "0.3333"]);
  expect(formatApart(0.1 + 0.2, 0.3)).toEqual(["0.30000000000000004", "0.3"]);
});

test("a p-value below 0.05 is not printed as 0.05, nor a small one as 0", () => {
  expect([null, 1, 0.2345, 0.0504, 0.05, 0.0496, 0.0494, 0.0004].map(formatPValue)).toEqual([
    "–",
    "1.000",
    "0.234",
    "0.050",
    "0.050",
    "< 0.050",
    "0.049",
    "< 0.001",
  ]);
});
