import { isRecord } from "../../base/json/json.ts";
import { boundedWait, SPAN_WORDS, spanMs, waitOf } from "./waits.ts";

/** Header fields by their lower-case names. */
export type HeaderFields = Readonly<Record<string, string>>;

/** Fields of a header or of a body that name the wait itself, nearest first, and the unit of a bare number. */
const WAITS: readonly (readonly [name: string, unit_ms: number])[] = [
  ["retry-after-ms", 1],
  ["x-ms-retry-after-ms", 1],
  ["retry-after", 1000],
  ["x-retry-after", 1000],
];
const BODY_WAITS: readonly (readonly [name: string, unit_ms: number])[] = [
  ["retry_after_ms", 1],
  ["retry_after", 1000],
  ["retry_after_seconds", 1000],
  ["retryAfter", 1000],
  // Google's `google.rpc.RetryInfo`.
  ["retryDelay", 1000],
];

const firstWait = (
  fields: Readonly<Record<string, unknown>>,
  names: readonly (readonly [name: string, unit_ms: number])[],
  now: number,
): number | undefined => {
  for (const [name, unit_ms] of names) {
    const wait = waitOf(fields[name], now, unit_ms);
    if (wait !== undefined) return wait;
  }
  return undefined;
};

/** One limit of several: when it is whole again, and whether it is used up. */
interface Limit {
  wait_ms: number;
  used_up: boolean;
}

const isReset = (name: string): boolean => /rate-?limit/.test(name) && name.includes("reset");

/** The limits that headers name: `x-ratelimit-reset-requests`, `anthropic-ratelimit-tokens-reset`, `ratelimit-reset`. */
function limitsIn(fields: HeaderFields, now: number): Limit[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const wait_ms = isReset(name) ? waitOf(value, now) : undefined;
    if (wait_ms === undefined) return [];
    const remaining = fields[name.replace("reset", "remaining")];
    return [{ wait_ms, used_up: remaining !== undefined && Number(remaining) <= 0 }];
  });
}

/** The IETF's draft: `ratelimit: limit=100, remaining=0, reset=30`, or `"default";r=0;t=30`. */
function structuredWait(fields: HeaderFields): number | undefined {
  const seconds = /(?:^|[\s;,])(?:reset|t)=(\d+)/.exec(fields.ratelimit ?? "")?.[1];
  return seconds === undefined ? undefined : boundedWait(Number(seconds) * 1000);
}

/** When the limit that was met is whole again: of those used up the last, else the last of all. */
function resetWait(fields: HeaderFields, now: number): number | undefined {
  const limits = limitsIn(fields, now);
  const met = limits.some(({ used_up }) => used_up) ? limits.filter(({ used_up }) => used_up) : limits;
  return met.length > 0 ? Math.max(...met.map(({ wait_ms }) => wait_ms)) : structuredWait(fields);
}

const lowerCased = (fields: Record<string, unknown>): HeaderFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), String(value)]));

const DEPTH_MAX = 6;

/** The objects within a value, itself first; lists are looked through. */
function* objectsIn(value: unknown, depth = 0): Generator<Record<string, unknown>> {
  if (depth > DEPTH_MAX || typeof value !== "object" || value === null) return;
  if (isRecord(value)) yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner, depth + 1);
}

function bodyWait(body: unknown, now: number): number | undefined {
  for (const fields of objectsIn(body)) {
    const wait = firstWait(fields, BODY_WAITS, now);
    if (wait !== undefined) return wait;
  }
  return undefined;
}

/** Headers that a body quotes, as OpenRouter's `error.metadata.headers`. */
function quotedHeaders(body: unknown): HeaderFields {
  for (const { headers } of objectsIn(body)) if (isRecord(headers)) return lowerCased(headers);
  return {};
}

const SAID_SPAN = new RegExp(
  `\\b(?:try|retry|retrying|wait|again|available|resets?)\\b[^.!?]{0,60}?(${SPAN_WORDS})`,
  "i",
);
const SAID_MOMENT =
  /\b(?:retry|again|wait|available|resets?)\b[^.!?]{0,40}?\b(?:at|until|after|on)\s+(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)/i;

/** "Please try again in 1m2.5s", "retry after 20 seconds", "again at 2026-11-30T10:00:00Z". */
function saidWait(words: string, now: number): number | undefined {
  const moment = SAID_MOMENT.exec(words)?.[1];
  if (moment !== undefined) return waitOf(moment, now);
  const said = SAID_SPAN.exec(words)?.[1]?.trim();
  const span = said === undefined ? undefined : spanMs(said.replace(/(?:,| and)$/, ""));
  return span === undefined ? undefined : boundedWait(span);
}

/** What a refused call says of the time to wait, in any of its places. */
export interface Refusal {
  headers: HeaderFields;
  /** The parsed body, if it is JSON. */
  body?: unknown;
  words?: string;
  /** Whether a limit was met: only then is its reset the time to wait. */
  limited?: boolean;
}

/**
 * Milliseconds from now that a provider asks to wait before the next attempt, at most a day; undefined if it does not
 * say. A named wait comes first (`Retry-After`, RFC 9110, 10.2.3, and its like), then one in the body, in words, and
 * last the reset of the limit that was met.
 */
export function retryAfterMs(refusal: Refusal, now = Date.now()): number | undefined {
  const { headers, body, words = "", limited = true } = refusal;
  const quoted = quotedHeaders(body);
  const named =
    firstWait(headers, WAITS, now) ??
    bodyWait(body, now) ??
    firstWait(quoted, WAITS, now) ??
    saidWait(words, now);
  if (named !== undefined || !limited) return named;
  return resetWait(headers, now) ?? resetWait(quoted, now);
}
