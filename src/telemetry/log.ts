import pino, { type Logger } from "pino";

export type Log = Logger;

/** What a log line may never hold, wherever in it the key stands. */
const SECRET_KEYS = [
  "password",
  "token",
  "key",
  "api_key",
  "authorization",
  "x-api-key",
  "secret",
  "password_hash",
];
const redact = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

/** One JSON object a line on standard output. Lines are gathered for a moment, so that logging costs no system call each. */
export function createLog(level: string): Log {
  const destination = pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 200 });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, destination);
}
