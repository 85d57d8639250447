/** A UUIDv7: sorts by time of creation, which is now or `at` (Unix milliseconds). */
export const newId = (at?: number): string => Bun.randomUUIDv7("hex", at);

const TIME_DIGITS = 12;

/** When a UUIDv7 was made, to the millisecond, in the form of `now`. */
export const timeOfId = (id: string): string =>
  new Date(Number.parseInt(id.replace("-", "").slice(0, TIME_DIGITS), 16)).toISOString();

/** What every UUIDv7 of that moment (Unix milliseconds) or later sorts behind, and every earlier one before. */
export function idsFrom(time: number): string {
  const digits = time.toString(16).padStart(TIME_DIGITS, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
