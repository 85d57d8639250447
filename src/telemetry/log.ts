import pino, { type Logger } from "pino";
import { gatherLines } from "./gathered-lines.ts";

export type Log = Logger;

const CAUSES_MAX = 5;

/** Drizzle's message ends in the values of its statement, which may be a caller's. */
const withoutValues = (message: string): string => message.replace(/\nparams: .*$/s, "");

interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  cause?: LoggedError;
}

/**
 * What is said of an error: its own words and where it arose. Not its other properties, for those of an upstream
 * failure hold prompts and headers. Nothing else that comes from outside is ever handed to the log.
 */
export function loggedError(error: unknown, causes = CAUSES_MAX): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const shown = withoutValues(message);
  return {
    type: name,
    message: shown,
    ...(stack === undefined ? {} : { stack: stack.replace(message, () => shown) }),
    ...(cause === undefined || causes === 0 ? {} : { cause: loggedError(cause, causes - 1) }),
  };
}

/** One JSON object a line on standard output, at most a fifth of a second late. */
export function createLog(level: string): Log {
  const destination = pino.destination({ fd: 1, sync: false, minLength: 1 });
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level, base: null, timestamp, serializers: { err: loggedError } }, gatherLines(destination));
}
