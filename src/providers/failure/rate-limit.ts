const SECONDS = /^\d+(\.\d+)?$/;
/** Nobody waits longer than a day, whatever is asked. */
const LONGEST_MS = 86_400_000;

const waitOf = (milliseconds: number): number => Math.min(LONGEST_MS, Math.max(0, Math.round(milliseconds)));

/**
 * How long a provider asks to wait, in milliseconds from now; undefined where it does not say or says nonsense.
 * `headers` have lower-case names. Reads OpenAI's `retry-after-ms` first, then `Retry-After` in seconds or as a
 * date (RFC 9110, 10.2.3).
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  now = Date.now(),
): number | undefined {
  const milliseconds = headers["retry-after-ms"]?.trim() ?? "";
  if (SECONDS.test(milliseconds)) return waitOf(Number(milliseconds));
  const text = headers["retry-after"]?.trim() ?? "";
  if (SECONDS.test(text)) return waitOf(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : waitOf(date - now);
}
