/** An exact fraction of whole numbers in lowest terms; the denominator is above 0. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Beyond so many digits, or powers of ten, a number is not computed with. */
const DIGITS_MAX = 1000;

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [larger, smaller] = [left < 0n ? -left : left, right];
  while (smaller > 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function reduced(numerator: bigint, denominator: bigint): Rational {
  const [top, bottom] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const divisor = greatestCommonDivisor(top, bottom);
  return { numerator: top / divisor, denominator: bottom / divisor };
}

/** 10 to the power, which may be negative. */
export const powerOfTen = (power: number): Rational =>
  power >= 0
    ? { numerator: 10n ** BigInt(power), denominator: 1n }
    : { numerator: 1n, denominator: 10n ** BigInt(-power) };

/** Reads decimal digits such as `12.50` and an exponent; null if they are too many to compute with. */
export function decimal(digits: string, exponent = 0): Rational | null {
  const [whole = "", fraction = ""] = digits.split(".");
  if (whole.length + fraction.length > DIGITS_MAX || Math.abs(exponent) > DIGITS_MAX) return null;
  const power = powerOfTen(exponent - fraction.length);
  return reduced(BigInt(`${whole}${fraction}` || "0") * power.numerator, power.denominator);
}

export const product = (left: Rational, right: Rational): Rational =>
  reduced(left.numerator * right.numerator, left.denominator * right.denominator);

export const sum = (left: Rational, right: Rational): Rational =>
  reduced(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  );

/** The quotient; null if the divisor is 0. */
export const quotient = (left: Rational, right: Rational): Rational | null =>
  right.numerator === 0n
    ? null
    : reduced(left.numerator * right.denominator, left.denominator * right.numerator);

export const negated = ({ numerator, denominator }: Rational): Rational => ({
  numerator: -numerator,
  denominator,
});

export const isSame = (left: Rational, right: Rational): boolean =>
  left.numerator === right.numerator && left.denominator === right.denominator;
