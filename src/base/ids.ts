/** Returns a new UUIDv7. Ids sort by their time of creation, which is now or `at` (Unix milliseconds). */
export const newId = (at?: number): string => Bun.randomUUIDv7("hex", at);

const TIME_DIGITS = 12;

/** Returns the creation time of a UUIDv7 as ISO 8601 in UTC, to the millisecond. */
export const timeOfId = (id: string): string =>
  new Date(Number.parseInt(id.replace("-", "").slice(0, TIME_DIGITS), 16)).toISOString();

/**
 * Returns a prefix that sorts before every UUIDv7 made at `time` (Unix milliseconds) or later, and after every
 * earlier one. A query for ids since a time compares with it: `id >= idsFrom(time)`.
 */
export function idsFrom(time: number): string {
  const digits = time.toString(16).padStart(TIME_DIGITS, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
