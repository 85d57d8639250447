import { composed } from "./normalize.ts";

/** Returns a text in the form that is compared: Unicode NFC, trimmed, and in lower case if case is ignored. */
export const folded = (text: string, ignore_case: boolean): string => {
  const trimmed = composed(text).trim();
  return ignore_case ? trimmed.toLowerCase() : trimmed;
};
