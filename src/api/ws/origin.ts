import { AppError } from "../../base/errors.ts";

/** Refuses browser pages from other origins: they must not open sockets on behalf of their visitors. */
export function refuseForeignOrigin({ headers }: Request, allowed: readonly string[]): void {
  const origin = headers.get("origin");
  if (origin === null || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === headers.get("host")) return;
  throw new AppError(
    "FORBIDDEN",
    "WebSockets from this origin are not allowed. To allow it, add it to CORS_ORIGINS.",
    { field: "Origin" },
  );
}
