import { SIGNIFICANCE } from "./significance.ts";

/** Printed in place of a missing figure. */
export const NO_FIGURE = "–";

const DIGITS: Readonly<Record<string, number>> = { ratio: 3, ms: 1 };

/** From here on, three significant digits could print as 1.00e+3; one decimal is printed instead. */
const LARGE = 99.95;

/** Formats a value for people: ratios with three decimals, milliseconds with one, other units with three digits. */
export function formatFigure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return NO_FIGURE;
  const digits = DIGITS[unit];
  if (digits !== undefined) return withoutNegativeZero(value.toFixed(digits));
  if (value === 0) return "0";
  return Math.abs(value) < LARGE ? value.toPrecision(3) : value.toFixed(1);
}

/** Turns "-0.000" into "0.000". */
const withoutNegativeZero = (figure: string): string =>
  Number(figure) === 0 ? figure.replace("-", "") : figure;

/** Formats an amount in US dollars with up to six significant digits, such as `$0.0125`. */
export const formatDollars = (usd: number): string => `$${Number(usd.toPrecision(6))}`;

/**
 * Formats two figures with as many digits as it takes to tell them apart, at least four. This avoids messages such
 * as "2000 is above 2000".
 */
export function formatApart(one: number, other: number): [string, string] {
  const roundedTo = (digits: number): [string, string] => [
    String(Number(one.toPrecision(digits))),
    String(Number(other.toPrecision(digits))),
  ];
  for (let digits = 4; digits < 17; digits++) {
    const figures = roundedTo(digits);
    if (one === other || figures[0] !== figures[1]) return figures;
  }
  return [String(one), String(other)];
}

/** Formats a p-value. One below 0.05 never prints as 0.050, because the verdict changes there: it prints `< 0.050`. */
export function formatPValue(value: number | null): string {
  if (value === null) return NO_FIGURE;
  if (value < 0.001) return "< 0.001";
  const figure = value.toFixed(3);
  return value < SIGNIFICANCE && Number(figure) >= SIGNIFICANCE ? `< ${figure}` : figure;
}
