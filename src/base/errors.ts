/**
 * Every error a caller can meet, and the HTTP status it has. REST envelopes, GraphQL `extensions.code`
 * and WebSocket `error` messages all take their code from here.
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

/** A failure that the caller may be told of. `message` and `details` are public; `cause` goes to the log alone. */
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

/** 404 for one noun, in one wording. */
export const notFound = (noun: string, id: string): AppError =>
  new AppError("NOT_FOUND", `No ${noun} with id '${id.slice(0, 100)}'.`, { [noun]: id.slice(0, 100) });

/** Returns the row that was looked up. Throws NOT_FOUND, naming the noun and the id, if there is none. */
export function requireFound<Row>(row: Row | undefined, noun: string, id: string): Row {
  if (row === undefined) throw notFound(noun, id);
  return row;
}

/** 400 for one field: its path, what is wrong with it, and what would have been accepted. */
export const badField = (
  field: string,
  fault: string,
  more: ErrorDetails = {},
  options: { cause?: unknown } = {},
): AppError => new AppError("BAD_REQUEST", `${field}: ${fault}`, { field, fault, ...more }, options);

/** What `read` says is wrong with a field, said of the field that lies within `place`. */
export function within<Result>(place: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof AppError ? errorWithin(place, error) : error;
  }
}

/** The same error, of the field that lies within `place`. */
export function errorWithin(place: string, error: AppError): AppError {
  if (error.code !== "BAD_REQUEST") return error;
  const { field, fault = error.message, ...more } = error.details;
  return badField(field ? `${place}.${field}` : place, String(fault), more);
}
