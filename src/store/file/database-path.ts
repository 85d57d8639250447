import { fileURLToPath } from "node:url";

/** Returns the path of the file that a DATABASE_URL names; null for the URL of a libSQL server. */
export function databasePath(url: string): string | null {
  if (!url.startsWith("file:")) return null;
  return url.startsWith("file://") ? fileURLToPath(url) : decodeURIComponent(url.slice("file:".length));
}
