import { SIGNIFICANCE } from "./significance.ts";

/** Stands where there is no figure. */
export const NO_FIGURE = "–";

const DIGITS: Readonly<Record<string, number>> = { ratio: 3, ms: 1 };

/** From here on three digits are fewer than stand before the point, and would be written 1.00e+3. */
const LARGE = 99.95;

/** A value in its metric's unit, for people; amounts are small, and of those the first digits count. */
export function formatFigure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return NO_FIGURE;
  const digits = DIGITS[unit];
  if (digits !== undefined) return unsigned(value.toFixed(digits));
  if (value === 0) return "0";
  return Math.abs(value) < LARGE ? value.toPrecision(3) : value.toFixed(1);
}

/** Nothing is less than nothing: "-0.000" is 0. */
const unsigned = (figure: string): string => (Number(figure) === 0 ? figure.replace("-", "") : figure);

/** An amount of money, for people: six digits of it. */
export const formatDollars = (usd: number): string => `$${Number(usd.toPrecision(6))}`;

/**
 * Two figures that are compared, for people: of as few digits as tell them apart, four or more. "2000 is above 2000" would
 * say nothing.
 */
export function formatApart(one: number, other: number): [string, string] {
  const shown = (digits: number): [string, string] => [
    String(Number(one.toPrecision(digits))),
    String(Number(other.toPrecision(digits))),
  ];
  for (let digits = 4; digits < 17; digits++) {
    const figures = shown(digits);
    if (one === other || figures[0] !== figures[1]) return figures;
  }
  return [String(one), String(other)];
}

/** A p-value, for people; what is below 0.05 is never shown as 0.05, for that is where verdicts change. */
export function formatPValue(value: number | null): string {
  if (value === null) return NO_FIGURE;
  if (value < 0.001) return "< 0.001";
  const figure = value.toFixed(3);
  return value < SIGNIFICANCE && Number(figure) >= SIGNIFICANCE ? `< ${figure}` : figure;
}
