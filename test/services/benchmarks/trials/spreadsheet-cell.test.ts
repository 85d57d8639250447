import { describe, expect, test } from "bun:test";
import { CELL_MAX, cellOf } from "../../../../src/services/benchmarks/trials/spreadsheet-cell.ts";

const formulas = [
  "=1+1",
  "+1+1",
  "-2+3",
  "@SUM(A1)",
  "- a list",
  "\t=1",
  "\r=1",
  "\n=1",
  "\ta tab alone",
  " =1",
  "\u00A0=1",
  "\u3000=1",
  "\u200B=1",
  "\u200D\u2060=1",
  "\uFEFF=1",
  "\u00AD=1",
  "\u202E=1",
  "\u3164=1",
  "\u2800=1",
  "\u0001=1",
  " \u200B @SUM(A1)",
  "＝1+1",
  "＋1+1",
  "－2+3",
  "＠SUM(A1)",
];
test.each(formulas)("%p gets an apostrophe in front", (text) => {
  expect(cellOf(text)).toEqual({ text: `'${text}`, cut: false });
});

const harmless = [
  "",
  "plain",
  "1-1",
  "a=1",
  "'quoted'",
  "-1.5",
  "+7",
  "-1,000",
  "-2e-3",
  "-50%",
  " -5 ",
  "\u200Bhidden",
  "東京",
  "🙂",
];
test.each(harmless)("%p stays as it is", (text) => {
  expect(cellOf(text)).toEqual({ text, cut: false });
});

describe("a text that is too long for a cell", () => {
  test("is cut to fit, with a mark that says how long it was", () => {
    const { text, cut } = cellOf("x".repeat(40_000));
    expect(cut).toBe(true);
    expect(text).toHaveLength(CELL_MAX);
    expect(text).toEndWith("x… [cut: 40000 characters]");
  });

  test("begins one character beyond the limit", () => {
    expect(cellOf("x".repeat(CELL_MAX)).cut).toBe(false);
    expect(cellOf("x".repeat(CELL_MAX + 1)).cut).toBe(true);
  });

  test("fits with its apostrophe, too", () => {
    const { text, cut } = cellOf(`=${"x".repeat(CELL_MAX - 1)}`);
    expect(cut).toBe(true);
    expect(text).toHaveLength(CELL_MAX);
    expect(text).toStartWith("'=x");
  });

  test.each(["🙂", "x🙂"])("is not cut within a character (%s)", (piece) => {
    const { text } = cellOf(piece.repeat(30_000));
    expect(text.length).toBeLessThanOrEqual(CELL_MAX);
    expect(text.isWellFormed()).toBe(true);
  });
});
