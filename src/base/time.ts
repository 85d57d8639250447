/** The present time as ISO 8601 in UTC with milliseconds: the one form in which times are stored and sent. */
export const now = (): string => new Date().toISOString();
