import { studentTQuantile, studentTTail } from "./student-t.ts";

/** The standard normal distribution: Student's with infinitely many degrees of freedom. */

/** The value below which a standard normal number lies with the given probability; RangeError at 0, 1 and outside. */
export const normalQuantile = (probability: number): number => studentTQuantile(probability, Infinity);

/** The upper tail P(Z > value). */
export const normalTail = (value: number): number => studentTTail(value, Infinity);
