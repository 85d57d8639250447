import { cors as elysiaCors } from "@elysiajs/cors";

const EXPOSED = [
  "X-Request-Id",
  "X-API-Version",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
];

/** Answers browsers of the configured origins. No cookies are used, so none are allowed to be sent. */
export const cors = (origins: readonly string[]) =>
  elysiaCors({
    origin: origins.length === 0 ? false : [...origins],
    credentials: false,
    methods: ["GET", "POST", "PATCH", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "X-API-Key", "X-Request-Id"],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
