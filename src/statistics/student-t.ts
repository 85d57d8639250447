/**
 * Student's t distribution for df ≥ 1 degrees of freedom; `Infinity` is the standard normal distribution. No term
 * below cancels, so the relative error stays under 1e-12 for any df and far into the tails.
 */

/** A smaller change is lost in the last bit of a double. */
const EPSILON = 2 ** -52;
const SMALLEST_TAIL = 1e-100;

/**
 * Returns the value below which a t-distributed number lies with the given probability. Newton's method on ln P(T >
 * t) over ln t: this curve is concave, so after the first step the estimates approach the root from the right and
 * never pass it. Throws RangeError if df is below 1, or if the probability is outside 0 to 1 or within 1e-100 of 0.
 */
export function studentTQuantile(probability: number, df: number): number {
  const tail = Math.min(probability, 1 - probability);
  if (!(tail >= SMALLEST_TAIL))
    throw new RangeError(`probability is ${probability}; it must be between 0 and 1`);
  if (!(df >= 1)) throw new RangeError(`df is ${df}; it must be at least 1`);
  if (tail === 0.5) return 0;
  return probability < 0.5 ? -upperQuantile(tail, df) : upperQuantile(tail, df);
}

/** Returns the upper tail P(T > value). */
export function studentTTail(value: number, df: number): number {
  if (value < 0) return 1 - studentTTail(-value, df);
  if (value === Infinity) return 0;
  const scale = value * density(value, df);
  const isCentral = value * value <= 3 / (1 + 2 / df);
  return isCentral ? 0.5 - scale * centralSeries(value, df) : scale / (2 * tailFraction(value, df));
}

function upperQuantile(tail: number, df: number): number {
  // exp(−z²/2) / 2 bounds the normal tail: a start close to the root for any df.
  let estimate = newtonStep(Math.sqrt(-2 * Math.log(2 * tail)), tail, df);
  for (;;) {
    const next = newtonStep(estimate, tail, df);
    if (!(next < estimate)) return estimate;
    estimate = next;
  }
}

function newtonStep(estimate: number, tail: number, df: number): number {
  const reached = studentTTail(estimate, df);
  return estimate * Math.exp((reached / (estimate * density(estimate, df))) * Math.log(reached / tail));
}

function density(value: number, df: number): number {
  const square = value * value;
  const exponent = df === Infinity ? square / 2 : ((df + 1) / 2) * Math.log1p(square / df);
  return Math.exp(logGammaRatio(df / 2) - exponent) / Math.sqrt(2 * Math.PI);
}

/** Returns ln Γ(a + ½) − ln Γ(a) − ½ ln a: by Stirling's series from a = 30, below by the recurrence of Γ. */
function logGammaRatio(start: number): number {
  let ratio = 1;
  let shape = start;
  for (; shape < 30; shape++) ratio *= Math.sqrt(shape * (shape + 1)) / (shape + 0.5);
  const square = 1 / (shape * shape);
  const series = -1 / 8 + square * (1 / 192 - square * (1 / 640 - (square * 17) / 14336));
  return Math.log(ratio) + series / shape;
}

/**
 * Returns P(0 < T < value) / (value · density): the power series of the incomplete beta function; all its terms are
 * positive.
 */
function centralSeries(value: number, df: number): number {
  const inverseShape = 2 / df;
  const step = 1 / (2 / (value * value) + inverseShape);
  let term = 1;
  let sum = 1;
  for (let index = 0; term > sum * EPSILON; index++) {
    term *= ((1 + (index + 0.5) * inverseShape) * step) / (index + 1.5);
    sum += term;
  }
  return sum;
}

interface FractionTerms {
  readonly inverseShape: number;
  readonly x: number;
  readonly step: number;
}

/**
 * Returns value · density / (2 P(T > value)): the even part of the continued fraction of I_x(df/2, ½), x = df / (df
 * + value²) (Abramowitz & Stegun 26.5.8), multiplied through by df/2. In this form it holds for any df, and for df
 * → ∞ it becomes the fraction of the normal tail. Evaluated by the modified Lentz method.
 */
function tailFraction(value: number, df: number): number {
  const inverseShape = 2 / df;
  const fractionTerms: FractionTerms = {
    inverseShape,
    x: 1 / (1 + (value * value) / df),
    step: 1 / (2 / (value * value) + inverseShape),
  };
  let front = partialDenominator(0, fractionTerms);
  let back = 0;
  let fraction = front;
  for (let index = 1; ; index++) {
    const denominator = partialDenominator(index, fractionTerms);
    const numerator = partialNumerator(index, fractionTerms);
    back = 1 / (denominator - numerator * back);
    front = denominator - numerator / front;
    fraction *= front * back;
    if (!(Math.abs(front * back - 1) > 2 * EPSILON)) return fraction;
  }
}

function partialDenominator(index: number, { inverseShape, x, step }: FractionTerms): number {
  const growth = 1 + 2 * index * inverseShape;
  const odd =
    2 * index +
    0.5 +
    3 * index * (index + 0.5) * inverseShape +
    (1 + index * inverseShape) * (1 + (index + 0.5) * inverseShape) * step;
  const even = (inverseShape * index * (index - 0.5) * x) / (growth - inverseShape);
  return (odd / (growth + inverseShape) - (index === 0 ? 0 : even)) / growth;
}

function partialNumerator(index: number, { inverseShape, x }: FractionTerms): number {
  const growth = 1 + 2 * index * inverseShape;
  const before = growth - inverseShape;
  const product = (1 + (index - 1) * inverseShape) * (1 + (index - 0.5) * inverseShape);
  return (index * (index - 0.5) * x * x * product) / ((before - inverseShape) * before * before * growth);
}
