import { composed } from "./normalize.ts";

/** A text as it is compared: Unicode NFC, without white space at its ends, and in lower case where case is ignored. */
export const folded = (text: string, ignore_case: boolean): string => {
  const trimmed = composed(text).trim();
  return ignore_case ? trimmed.toLowerCase() : trimmed;
};
