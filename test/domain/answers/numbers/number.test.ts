import { describe, expect, test } from "bun:test";
import { isSameNumber, readNumber } from "../../../../src/domain/answers/numbers/number.ts";

function fractionOf(text: string): string | null {
  const reading = readNumber(text);
  if (!reading) return null;
  const { numerator, denominator } = reading.value;
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

describe("the number that a declared answer begins with", () => {
  const ROWS: [string, string | null][] = [
    ["25 m^2", "25"],
    ["12 g of CO2", "12"],
    ["18 eggs in 2 days", "18"],
    ["3/4", "3/4"],
    ["-\\frac{1}{2}", "-1/2"],
    ["3,14", "157/50"],
    ["<5", null],
    ["5, not 6", "5"],
    ["5 (rounded from 4.8)", "5"],
    ["1{,}234", "1234"],
    ["1 234 567", "1234567"],
    ["٤٢", "42"],
    ["1.2E-3", "3/2500"],
    ["−5", "-5"],
    ["m+n = 256+37 = 293", "293"],
    ["9×2 = 18", "18"],
    ["18 = 9*2", "18"],
    ["12,34,567", "1234567"],
    ["1.234", "617/500"],
    ["1.234.567", "1234567"],
    ["1.234,56", "30864/25"],
    ["$5", "5"],
    ["-$5", "-5"],
    ["$-5", "-5"],
    ["50%", "50"],
    ["about 17", "17"],
    ["between 17 and 18", null],
    ["17-18", null],
    ["17 to 18", null],
    ["17 or 18", null],
    ["(3,4)", null],
    ["[2,5)", null],
    ["5x", null],
    ["5k", "5000"],
    ["5 million", "5000000"],
    ["3×10^6", "3000000"],
    ["3 \\times 10^{6}", "3000000"],
    ["3·10⁻³", "3/1000"],
    ["seventeen", "17"],
    ["twenty-one", "21"],
    ["One Direction", null],
    ["18 (rounded from 17.6)", "18"],
    ["12 cm^2", "12"],
    ["1\\frac{1}{2}", "3/2"],
    ["1½", "3/2"],
    ["½ cup", "1/2"],
    ["5 feet 6 inches", null],
    ["3 hours and 20 minutes", null],
    ["7:30", null],
    ["2024-05-01", null],
    ["5!", "5"],
    ["5+", null],
    ["5 or more", null],
    ["at least 5", null],
    ["2^10", null],
    ["9*2", null],
    ["$1,234.50", "2469/2"],
    ["x = 5 or x = 6", null],
    ["x=5, y=6", null],
    ["$x = 5$", "5"],
    ["\\boxed{42}", "42"],
    ["**42**", "42"],
    ["(42)", "42"],
    ["42.", "42"],
    ["5°C", "5"],
    ["5th", "5"],
    ["300 K", "300"],
    ["$\\frac{3}{4}$ million", "750000"],
    ["5 - 3", null],
    ["5±1", null],
    ["5π", null],
    ["5\\pi", null],
    ["2\\sqrt{3}", null],
    ["5 (or 6)", null],
    ["5 cm or 6 cm", null],
    ["~5", "5"],
    ["≈ 3.14", "157/50"],
    ["x ≈ 3.14", "157/50"],
    ["-5", "-5"],
    ["minus five", "-5"],
    ["1/2/2024", null],
    ["3(x+1)", null],
    ["18 dollars", "18"],
    ["18 USD", "18"],
    ["USD 18", "18"],
    ["5 out of 6", "5"],
    ["10%", "10"],
    ["10 percent", "10"],
    ["0.1", "1/10"],
    [".5", "1/2"],
    ["5.", "5"],
    ["1e5", "100000"],
    ["1'234", "1234"],
    ["not 6", null],
    ["{1,2}", null],
    ["1, 2, 3", null],
    ["3万", "30000"],
    ["５０", "50"],
    ["5,", "5"],
    ["12 345", "12345"],
    ["5 6", null],
    ["18; 19", null],
    ["\\text{18 apples}", "18"],
    ["$18$ dollars", "18"],
    ["$5 to $6", null],
    ["12:00 PM", null],
    ["up to 5", null],
    ["more than 5", null],
    ["5?", "5"],
    ["5 apples, 3 oranges", null],
    ["two million", "2000000"],
    ["0,717", "717/1000"],
    ["1/20!", null],
    ["5千克", "5"],
    ["5千", "5000"],
    ["\\$15,\\!000", "15000"],
  ];
  test.each(ROWS)("%s", (text, value) => {
    expect(fractionOf(text)).toBe(value);
  });

  test("is read to the last digit", () => {
    expect(fractionOf("12345678901234567891")).toBe("12345678901234567891");
  });

  test("is none of a text that is long, or too large to compute with", () => {
    expect(fractionOf(`5${" ".repeat(3000)}apples`)).toBeNull();
    expect(fractionOf("1e9999999")).toBeNull();
    expect(fractionOf("9".repeat(1500))).toBeNull();
  });
});

describe("a percent sign", () => {
  const same = (answer: string, reference: string) =>
    isSameNumber(readNumber(answer)!, readNumber(reference)!);
  test("of either is read over, and a share meets only a reference that has one", () => {
    expect(same("50%", "50")).toBe(true);
    expect(same("50", "50%")).toBe(true);
    expect(same("0.5", "50%")).toBe(true);
    expect(same("50%", "0.5")).toBe(false);
    expect(same("0.5%", "0.5%")).toBe(true);
    expect(same("0.5", "50")).toBe(false);
  });
});
