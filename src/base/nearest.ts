import { distance } from "fastest-levenshtein";
import { type AppError, badField } from "./errors.ts";

const LISTED = 100;

/** Returns the known name closest to `wanted`, if it is close enough to be a likely typing error. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const lower = wanted.slice(0, 100).toLowerCase();
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    const edits = distance(lower, name.toLowerCase());
    if (!best || edits < best.edits) best = { name, edits };
  }
  if (!best || best.edits > Math.max(2, Math.floor(lower.length / 3))) return undefined;
  const shares_a_letter = best.edits < Math.max(lower.length, best.name.length);
  return shares_a_letter ? best.name : undefined;
}

/**
 * Returns a 400 for an unknown name. `details.accepted` lists up to 100 known names, and the message suggests the
 * nearest one. `where` says what the names belong to, as in "of 'starter'".
 */
export function unknownName(
  field: string,
  noun: string,
  wanted: string,
  { known, where = "" }: { known: readonly string[]; where?: string },
): AppError {
  const suggestion = nearest(wanted, known);
  const hint = suggestion ? ` Did you mean '${suggestion}'?` : "";
  const whose = where && ` ${where}`;
  return badField(field, `unknown ${noun} '${wanted.slice(0, 100)}'${whose}.${hint}`, {
    accepted: known.slice(0, LISTED),
    ...(suggestion ? { suggestion } : {}),
  });
}
