/** A Content Security Policy by directive. A kind of content that it does not name cannot be loaded. */
export type Policy = Readonly<Record<string, string>>;

const SHARED: Policy = {
  "default-src": "'none'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
};

/** Returns a page that loads only from this server and that other sites cannot frame. */
export function htmlPage(html: string, policy: Policy): Response {
  const directives = Object.entries({ ...SHARED, ...policy }).map(([name, value]) => `${name} ${value}`);
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": directives.join("; "),
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      vary: "Accept",
    },
  });
}
