/** Content Security Policy by directive; all that is not named may load nothing. */
export type Policy = Readonly<Record<string, string>>;

const SHARED: Policy = {
  "default-src": "'none'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
};

/** A page of ours: all that it loads comes from this server, and no other site may frame it. */
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
