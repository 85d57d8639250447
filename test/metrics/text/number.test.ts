import { describe, expect, test } from "bun:test";
import { canonicalNumber } from "../../../src/metrics/text/number.ts";

describe("canonicalNumber", () => {
  test("spells a number in one way", () => {
    for (const text of [
      "1000",
      "1,000",
      "1000.0",
      "1000.",
      "+1000",
      "$1,000",
      "1e3",
      "1E+3",
      "0.1e4",
      " 1000 ",
      "01000",
    ]) {
      expect([text, canonicalNumber(text)]).toEqual([text, "1e3"]);
    }
    expect(canonicalNumber("-12.50")).toBe("-125e-1");
    expect(canonicalNumber("−€ .5")).toBe("-5e-1");
    expect(canonicalNumber("1,234,567.89")).toBe("123456789e-2");
  });

  test("zero has no sign and no digits", () => {
    for (const text of ["0", "-0", "0.000", ".0", "0e7", "000"]) expect(canonicalNumber(text)).toBe("0");
  });

  test("agrees with the number it was printed from", () => {
    for (const value of [1, 10, 0.1, 123.456, 5e-7, 1e21, 2 ** 53, 99.99, 100, 120]) {
      const canonical = canonicalNumber(String(value));
      expect(Number(canonical)).toBe(value);
      expect(canonicalNumber(value.toExponential())).toBe(canonical);
    }
  });

  test("loses no digit of a long number", () => {
    const digits = "1234567890".repeat(100);
    expect(canonicalNumber(`${digits}1`)).toBe(`${digits}1e0`);
    expect(canonicalNumber(`${digits}1`)).not.toBe(canonicalNumber(`${digits}2`));
  });

  test("reads over currency and percent signs", () => {
    for (const text of ["12", "$12", "12 €", "¥ 12", "12%", "12 %"])
      expect(canonicalNumber(text)).toBe("12e0");
  });

  test("is null for anything but a number", () => {
    for (const text of [
      "",
      " ",
      ".",
      "-",
      "$",
      "%",
      "e3",
      "1,00",
      "1,0000",
      ",100",
      "1 000",
      "1.2.3",
      "12 kg",
      "x",
      "1-2",
      "--1",
      "0x10",
      "1/2",
      "NaN",
      "五",
      "½",
      "5²",
    ]) {
      expect([text, canonicalNumber(text)]).toEqual([text, null]);
    }
  });

  test("takes no longer than in proportion to the text", () => {
    const start = performance.now();
    for (const text of ["0", "1,000", "$ ", "1 ", "-.", "10"]) canonicalNumber(`$ ${text.repeat(200_000)}x`);
    canonicalNumber(`1${"0".repeat(1_000_000)}1`);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
