import { jwt } from "@elysiajs/jwt";
import { Elysia } from "elysia";
import { AppError } from "../../base/errors.ts";
import type { Sessions, Tokens } from "../../services/accounts/sessions.ts";
import { contextOf } from "./request-context.ts";

const ISSUER = "llm-test-bench";

/** The library checks the types of only some claims. */
const isText = (claim: unknown): claim is string => typeof claim === "string" && claim !== "";

/** Returns whether a claim is a time in Unix seconds that a Date can hold. */
const isTime = (claim: unknown): claim is number =>
  typeof claim === "number" && !Number.isNaN(new Date(claim * 1000).getTime());

/** Returns the signer and verifier of JWTs. Accepts only HS256, and only this server as issuer and audience. */
export function createTokens(secret: string): Tokens {
  const { sign, verify } = jwt({ name: "jwt", secret, alg: "HS256", iss: ISSUER, aud: ISSUER }).decorator.jwt;
  return {
    sign: ({ sub, jti, epoch, exp }) => sign({ sub, jti, epoch, exp }),
    async verify(token) {
      const claims = await verify(token, { algorithms: ["HS256"], issuer: ISSUER, audience: ISSUER });
      if (claims === false) return null;
      const { sub, jti, exp, epoch } = claims;
      if (!isText(sub) || !isText(jti) || !isTime(exp) || typeof epoch !== "number") return null;
      return { sub, jti, exp, epoch };
    },
  };
}

/** Paths whose credentials are ignored: somebody who logs in may still send an expired token. */
const IGNORES_CREDENTIALS: ReadonlySet<string> = new Set([
  "/health",
  "/v1/health",
  "/ready",
  "/v1/auth/login",
]);

/** Paths outside `/v1/`, such as `/graphql` and `/ws`, check the caller themselves. */
const needsCaller = (path: string): boolean => path.startsWith("/v1/");

/** Reads the token from the subprotocols `["bearer", token]`: a browser cannot set headers on a WebSocket. */
function tokenOfSubprotocol(headers: Headers): string | null {
  const [name, token] =
    headers
      .get("sec-websocket-protocol")
      ?.split(",")
      .map((part) => part.trim()) ?? [];
  return name === "bearer" && token ? `Bearer ${token}` : null;
}

/** Identifies the caller before the request is parsed, and refuses unknown callers under `/v1/`. */
export const authenticate = (sessions: Sessions) =>
  new Elysia({ name: "authenticate" })
    .onRequest(async ({ request }) => {
      const context = contextOf(request);
      if (context.caller.kind === "operator" || IGNORES_CREDENTIALS.has(context.path)) return;
      const { headers } = request;
      const authorization =
        headers.get("authorization") ?? (context.path === "/ws" ? tokenOfSubprotocol(headers) : null);
      const credentials = { authorization, api_key: headers.get("x-api-key") };
      if (authorization !== null || credentials.api_key !== null) {
        context.caller = await sessions.authenticate(credentials);
        context.credentials = credentials;
      } else if (needsCaller(context.path)) {
        throw new AppError(
          "UNAUTHORIZED",
          "Authentication required: send 'Authorization: Bearer <token>' or 'X-API-Key: <key>'.",
        );
      }
    })
    .as("global");
