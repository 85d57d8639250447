/**
 * Every public error code and its HTTP status. REST envelopes, GraphQL `extensions.code` and WebSocket `error`
 * messages all use these codes.
 */
export const STATUS_OF = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof STATUS_OF;
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An error that the caller may see. `message` and `details` are public; `cause` appears only in the log. */
export class AppError extends Error {
  override readonly name = "AppError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }

  get status(): number {
    return STATUS_OF[this.code];
  }
}

/** Returns the 404 for one noun, such as `notFound("benchmark", id)`. The id is cut to 100 characters. */
export const notFound = (noun: string, id: string): AppError =>
  new AppError("NOT_FOUND", `No ${noun} with id '${id.slice(0, 100)}'.`, { [noun]: id.slice(0, 100) });

/** Returns the row that was looked up. Throws NOT_FOUND, naming the noun and the id, if there is none. */
export function requireFound<Row>(row: Row | undefined, noun: string, id: string): Row {
  if (row === undefined) throw notFound(noun, id);
  return row;
}

/** The fault of a field that a body may not have. */
export const UNKNOWN_FIELD = "is not a known field";

/** Returns a 400 about one field. `details` hold its path, what is wrong with it, and `more`. */
export const badField = (
  field: string,
  fault: string,
  more: ErrorDetails = {},
  options: { cause?: unknown } = {},
): AppError => new AppError("BAD_REQUEST", `${field}: ${fault}`, { field, fault, ...more }, options);

/** Runs `read` and puts `place.` in front of the field path of every 400 that it throws. */
export function within<Result>(place: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof AppError ? errorWithin(place, error) : error;
  }
}

/** Returns the 400 with `place.` in front of its field path: `input` in `samples.3` becomes `samples.3.input`. */
export function errorWithin(place: string, error: AppError): AppError {
  if (error.code !== "BAD_REQUEST") return error;
  const { field, fault = error.message, ...more } = error.details;
  return badField(field ? `${place}.${field}` : place, String(fault), more);
}
