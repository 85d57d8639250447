import pino, { type Logger } from "pino";
import { gatherLines } from "./gathered-lines.ts";

export type Log = Logger;

const CAUSES_MAX = 5;

/** Removes the end of Drizzle's message: the values of the statement, which may be private data of a caller. */
const withoutValues = (message: string): string => message.replace(/\nparams: .*$/s, "");

interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  cause?: LoggedError;
}

/**
 * Returns the parts of an error that are logged: type, message, stack and causes. Its other properties are left out,
 * because those of a provider's error hold prompts and headers.
 */
export function loggedError(error: unknown, causes = CAUSES_MAX): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const publicMessage = withoutValues(message);
  return {
    type: name,
    message: publicMessage,
    ...(stack === undefined ? {} : { stack: stack.replace(message, () => publicMessage) }),
    ...(cause === undefined || causes === 0 ? {} : { cause: loggedError(cause, causes - 1) }),
  };
}

/** Creates a log that writes one JSON object per line to standard output, at most 200 ms late. */
export function createLog(level: string): Log {
  const destination = pino.destination({ fd: 1, sync: false, minLength: 1 });
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level, base: null, timestamp, serializers: { err: loggedError } }, gatherLines(destination));
}
