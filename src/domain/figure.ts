/** Stands where there is no figure. */
export const NO_FIGURE = "–";

const DIGITS: Readonly<Record<string, number>> = { ratio: 3, ms: 1 };

/** A value in its metric's unit, for people; amounts are small, and of those the first digits count. */
export function figureOf(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return NO_FIGURE;
  const digits = DIGITS[unit];
  if (digits !== undefined) return value.toFixed(digits);
  return value === 0 ? "0" : value.toPrecision(3);
}

/** An amount of money, for people: six digits of it. */
export const dollars = (usd: number): string => `$${Number(usd.toPrecision(6))}`;
