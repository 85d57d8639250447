/** Returns the current time as ISO 8601 in UTC with milliseconds. All times are stored and sent in this form. */
export const now = (): string => new Date().toISOString();
