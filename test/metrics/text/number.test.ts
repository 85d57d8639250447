import { describe, expect, test } from "bun:test";
import { canonicalNumber } from "../../../src/metrics/text/number.ts";
import { GROWTH_MAX, growthOf } from "../../support/timing/growth.ts";

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

  test("takes time in proportion to the text, however it is made", async () => {
    const hostile = [
      ...["0", "1,000", "$ ", "1 ", "-.", "10"].map(
        (unit) => (size: number) => `$ ${unit.repeat(size / 5)}x`,
      ),
      (size: number) => `1${"0".repeat(size)}1`,
    ];
    for (const textOf of hostile) {
      const growth = await growthOf((size) => {
        const text = textOf(size);
        return () => canonicalNumber(text);
      }, 1_000_000);
      expect(growth, String(textOf)).toBeLessThan(GROWTH_MAX);
    }
  });
});
