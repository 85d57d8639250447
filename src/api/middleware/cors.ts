import { cors as elysiaCors } from "@elysiajs/cors";

const EXPOSED_HEADERS = [
  "X-Request-Id",
  "X-API-Version",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
];

/** Allows browser pages from the configured origins. Credentials are off: the server uses no cookies. */
export const cors = (origins: readonly string[]) =>
  elysiaCors({
    origin: origins.length === 0 ? false : [...origins],
    credentials: false,
    methods: ["GET", "POST", "PATCH", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "X-API-Key", "X-Request-Id"],
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
