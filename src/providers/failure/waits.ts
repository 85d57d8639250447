const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Nobody waits longer than a day, whatever is asked. */
const LONGEST_MS = DAY_MS;
/** Greater numbers are moments, not spans: seconds since 1970 from September 2001 on, and milliseconds likewise. */
const UNIX_SECONDS_MIN = 1e9;
const UNIX_MS_MIN = 1e12;

const NUMBER = /^\d+(?:\.\d+)?$/;
const ISO_SPAN = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i;
/** As HTTP (RFC 9110, 5.6.7) and ISO 8601 write moments: anything else that `Date.parse` makes a date of is none. */
const MOMENT =
  /^(?:[a-z]{3}, \d\d? [a-z]{3} |[a-z]{6,9}, \d\d-[a-z]{3}-|[a-z]{3} [a-z]{3} +\d|\d{4}-\d\d-\d\d[t ]\d\d:)/i;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const PART =
  /(\d+(?:\.\d+)?)\s*(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])/gi;

/** A span in words or signs, such as `1m30s`, `20ms` or `2 minutes and 5 seconds`, for use within other patterns. */
export const SPAN_WORDS = `(?:${PART.source}(?:,? (?:and )?)?)+`;

const unitOf = (word: string): number => {
  const lower = word.toLowerCase();
  return UNITS[/^(?:ms|mil)/.test(lower) ? "ms" : (lower[0] ?? "")] ?? SECOND_MS;
};

/** Returns a wait in words, such as `10 min` or `3.5 h`. */
export const waitInWords = (milliseconds: number): string =>
  milliseconds < HOUR_MS
    ? `${Math.ceil(milliseconds / MINUTE_MS)} min`
    : `${Math.ceil((milliseconds / HOUR_MS) * 10) / 10} h`;

export const boundedWait = (milliseconds: number): number =>
  Math.min(LONGEST_MS, Math.max(0, Math.round(milliseconds)));

/** Milliseconds of a span such as `1m30s`; undefined if the text is anything else. */
export function spanMs(text: string): number | undefined {
  const parts = [...text.matchAll(PART)];
  const rest = text.replace(PART, "").replace(/,|\band\b|\s/g, "");
  if (parts.length === 0 || rest !== "") return undefined;
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * unitOf(unit), 0);
}

function isoSpanMs(text: string): number | undefined {
  const found = ISO_SPAN.exec(text);
  if (!found) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}

/** A bare number: a moment if it is too great for a span, else a span in `unit_ms`. */
function numberMs(value: number, unit_ms: number, now: number): number {
  if (value >= UNIX_MS_MIN && value < UNIX_MS_MIN * 10) return value - now;
  if (unit_ms !== 1 && value >= UNIX_SECONDS_MIN && value < UNIX_SECONDS_MIN * 10) return value * 1000 - now;
  return value * unit_ms;
}

/**
 * Milliseconds from `now` that a value asks to wait, at most a day: a number in `unit_ms` (Unix seconds or
 * milliseconds by their size), a span (`1m30s`, `20ms`, `PT5S`) or a date. Undefined if it says nothing of the kind.
 */
export function waitOf(value: unknown, now: number, unit_ms = SECOND_MS): number | undefined {
  if (typeof value === "number")
    return Number.isFinite(value) && value >= 0 ? boundedWait(numberMs(value, unit_ms, now)) : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (NUMBER.test(text)) return boundedWait(numberMs(Number(text), unit_ms, now));
  const span = spanMs(text) ?? isoSpanMs(text);
  if (span !== undefined) return boundedWait(span);
  const moment = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : boundedWait(moment - now);
}
