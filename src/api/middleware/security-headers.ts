import { Elysia } from "elysia";

/** What an answer without a policy of its own may load or be framed by: nothing. Pages send their own policy. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/**
 * Gives each answer the headers that a browser needs to treat it safely. Answers hold prompts, outputs and credentials,
 * so that nothing may store them unless the answer itself says otherwise.
 */
export const securityHeaders = (hsts_max_age: number) => {
  const headers: Record<string, string> = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": NOTHING,
    "cache-control": "no-store",
    ...(hsts_max_age > 0 ? { "strict-transport-security": `max-age=${hsts_max_age}` } : {}),
  };
  return new Elysia({ name: "security-headers" })
    .onRequest(({ set }) => {
      Object.assign(set.headers, headers);
    })
    .as("global");
};
