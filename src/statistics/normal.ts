import { studentTQuantile, studentTTail } from "./student-t.ts";

/** The standard normal distribution: Student's with infinitely many degrees of freedom. */

/**
 * Returns the value below which a standard normal number lies with the given probability. Throws RangeError unless
 * the probability is between 0 and 1.
 */
export const normalQuantile = (probability: number): number => studentTQuantile(probability, Infinity);

/** Returns the upper tail P(Z > value). */
export const normalTail = (value: number): number => studentTTail(value, Infinity);
