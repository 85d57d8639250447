import { jwt } from "@elysiajs/jwt";
import { Elysia } from "elysia";
import { AppError } from "../../base/errors.ts";
import type { Sessions, Tokens } from "../../services/accounts/sessions.ts";
import { contextOf } from "./request-context.ts";

const ISSUER = "llm-test-bench";

/** JWTs by `@elysiajs/jwt`: HS256 alone, and only tokens of ours for us. */
export function createTokens(secret: string): Tokens {
  const { sign, verify } = jwt({ name: "jwt", secret, alg: "HS256", iss: ISSUER, aud: ISSUER }).decorator.jwt;
  return {
    sign: ({ sub, jti, epoch, exp }) => sign({ sub, jti, epoch, exp }),
    async verify(token) {
      const claims = await verify(token, { algorithms: ["HS256"], issuer: ISSUER, audience: ISSUER });
      if (claims === false) return null;
      const { sub, jti, exp, epoch } = claims;
      if (!sub || !jti || typeof exp !== "number" || typeof epoch !== "number") return null;
      return { sub, jti, exp, epoch };
    },
  };
}

/** Where nobody is asked for credentials, nor told off for them: who logs in may still hold a token that ran out. */
const OPEN: ReadonlySet<string> = new Set(["/health", "/v1/health", "/ready", "/v1/auth/login"]);

/** What is not under /v1 decides for itself: see the faces. */
const needsCaller = (path: string): boolean => path.startsWith("/v1/");

/** A browser can't set headers on a WebSocket, but it can offer `["bearer", token]` as subprotocols. */
function tokenOfSubprotocol(headers: Headers): string | null {
  const [name, token] =
    headers
      .get("sec-websocket-protocol")
      ?.split(",")
      .map((part) => part.trim()) ?? [];
  return name === "bearer" && token ? `Bearer ${token}` : null;
}

/** Finds out who is calling before anything of the request is parsed, and refuses unknown callers under /v1. */
export const authenticate = (sessions: Sessions) =>
  new Elysia({ name: "authenticate" })
    .onRequest(async ({ request }) => {
      const context = contextOf(request);
      if (context.caller.kind === "operator" || OPEN.has(context.path)) return;
      const { headers } = request;
      const authorization =
        headers.get("authorization") ?? (context.path === "/ws" ? tokenOfSubprotocol(headers) : null);
      const credentials = { authorization, api_key: headers.get("x-api-key") };
      if (authorization !== null || credentials.api_key !== null) {
        context.caller = await sessions.authenticate(credentials);
        context.credentials = credentials;
      } else if (needsCaller(context.path)) {
        throw new AppError("UNAUTHORIZED", "Authentication required: send a Bearer token or an X-API-Key.");
      }
    })
    .as("global");
