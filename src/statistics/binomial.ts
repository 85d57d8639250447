/** Below this, ln n! is computed from n! itself; from here on, Stirling's series is exact enough. */
const SERIES_FROM = 16;
/** A smaller share of the sum is lost in rounding, and so are all later terms. */
const NEGLIGIBLE = 2 ** -60;

/**
 * Returns P(X = successes) for `count` independent trials with the given `probability` of success; 0 outside 0 to
 * `count`. The saddle-point expansion of Loader, "Fast and accurate computation of binomial probabilities" (2000),
 * as in R's `dbinom`: its relative error does not grow with `count`.
 */
export function binomialPmf(successes: number, count: number, probability: number): number {
  if (successes < 0 || successes > count) return 0;
  if (probability === 0) return successes === 0 ? 1 : 0;
  if (probability === 1) return successes === count ? 1 : 0;
  if (successes === 0) return Math.exp(count * Math.log1p(-probability));
  if (successes === count) return Math.exp(count * Math.log(probability));
  const failures = count - successes;
  const exponent =
    stirlingError(count) -
    stirlingError(successes) -
    stirlingError(failures) -
    deviance(successes, count * probability) -
    deviance(failures, count * (1 - probability));
  return Math.exp(exponent) * Math.sqrt(count / (2 * Math.PI * successes * failures));
}

/** Returns P(X ≤ successes), summed outward from the largest term of the nearer tail. */
export function binomialCdf(successes: number, count: number, probability: number): number {
  if (successes < 0) return 0;
  if (successes >= count) return 1;
  if (successes > count * probability) return 1 - binomialCdf(count - successes - 1, count, 1 - probability);
  const odds = (1 - probability) / probability;
  let term = binomialPmf(successes, count, probability);
  let sum = term;
  for (let below = successes; below > 0 && term > sum * NEGLIGIBLE; below--) {
    term *= (below / (count - below + 1)) * odds;
    sum += term;
  }
  return sum;
}

/** Returns ln n! minus Stirling's approximation of it. */
function stirlingError(count: number): number {
  if (count < SERIES_FROM) {
    let factorial = 1;
    for (let factor = 2; factor <= count; factor++) factorial *= factor;
    return Math.log(factorial) - (count + 0.5) * Math.log(count) + count - Math.log(2 * Math.PI) / 2;
  }
  const square = count * count;
  return (
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / count
  );
}

/** Returns x ln(x / mean) + mean − x, by a series if x and mean are close, because the terms would cancel. */
function deviance(value: number, mean: number): number {
  const ratio = (value - mean) / (value + mean);
  if (Math.abs(ratio) >= 0.1) return value * Math.log(value / mean) + mean - value;
  let total = (value - mean) * ratio;
  let term = 2 * value * ratio;
  for (let index = 1; ; index++) {
    term *= ratio * ratio;
    const next = total + term / (2 * index + 1);
    if (next === total) return total;
    total = next;
  }
}
