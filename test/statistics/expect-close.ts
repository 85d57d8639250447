import { expect } from "bun:test";

/** Expects equality within `tolerance`: relative to the expected number if that is above 1, else absolute. */
export function expectClose(actual: number | null | undefined, expected: number, tolerance = 1e-9): void {
  if (typeof actual !== "number") throw new Error(`expected ${expected}, got ${actual}`);
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

/** Expects equality within `tolerance` of the expected number, however small that is. */
export function expectRelative(actual: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}
