import { cors as elysiaCors } from "@elysiajs/cors";

const EXPOSED_HEADERS = [
  "X-Request-Id",
  "X-API-Version",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
  "X-LLM-Provider",
  "X-LLM-Model",
  "X-LLM-Cache",
  "X-LLM-Cost-USD",
];

/**
 * Official clients send many headers of their own, such as OpenAI's `X-Stainless-*`. Without credentials `*` allows
 * all of them except Authorization, which must be named (Fetch standard, "CORS non-wildcard request-header name").
 */
const ALLOWED_HEADERS = ["Authorization", "Content-Type", "X-API-Key", "X-Request-Id", "*"];

/** Allows browser pages from the configured origins. Credentials are off: the server uses no cookies. */
export const cors = (origins: readonly string[]) =>
  elysiaCors({
    origin: origins.length === 0 ? false : [...origins],
    credentials: false,
    allowedHeaders: ALLOWED_HEADERS,
    methods: ["GET", "POST", "PATCH", "DELETE"],
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
