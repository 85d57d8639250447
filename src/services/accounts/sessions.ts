import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import { newId } from "../../base/ids.ts";
import { now } from "../../base/time.ts";
import type { LoginRequest, LoginResponse, Me } from "../../domain/account.ts";
import { ANONYMOUS, authorize, type Caller, covers } from "../../domain/permissions.ts";
import type { AccountStore, ApiKeyRow, UserRow } from "../../store/accounts.ts";
import { API_KEY_PREFIX } from "./api-keys.ts";
import type { Passwords } from "./passwords.ts";

export interface TokenClaims {
  sub: string;
  jti: string;
  /** The user's `session_epoch` at login. */
  epoch: number;
  /** Unix seconds. */
  exp: number;
}

/** Signs and reads JWTs. `verify` returns null unless this server signed the token for itself and it is still valid. */
export interface Tokens {
  sign(claims: TokenClaims): Promise<string>;
  verify(token: string): Promise<TokenClaims | null>;
}

export interface Credentials {
  authorization: string | null;
  api_key: string | null;
}

interface SessionOptions {
  store: AccountStore;
  passwords: Passwords;
  tokens: Tokens;
  /** How long a token is valid, in seconds. */
  jwt_expiration: number;
}

const FAILURE_WINDOW_S = 15 * 60;
const FAILURES_PER_USERNAME = 10;
const FAILURES_PER_ADDRESS = 30;
const REMEMBERED_MAX = 10_000;
/** Bounded because another process may revoke a remembered credential. In one process, `forget` drops it at once. */
const REMEMBERED_FOR_MS = 2_000;

const unauthorized = (message: string): AppError => new AppError("UNAUTHORIZED", message);
const invalidKey = (): AppError =>
  unauthorized("The API key is not valid or has been revoked. Create a new one.");

function bearerOf(authorization: string): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!token) throw unauthorized("The Authorization header must have the form 'Bearer <token>'.");
  return token;
}

const callerOfUser = (user: UserRow, { jti, exp }: TokenClaims): Caller => ({
  kind: "user",
  id: user.id,
  user_id: user.id,
  name: user.username,
  role: user.role,
  session: { jti, expires_at: new Date(exp * 1000).toISOString() },
});

const callerOfKey = (key: ApiKeyRow): Caller => ({
  kind: "api_key",
  id: key.id,
  user_id: key.created_by,
  name: key.name,
  role: key.role,
});

/** Logs users in and out, and finds the caller that a request's credentials belong to. */
export function createSessions({ store, passwords, tokens, jwt_expiration }: SessionOptions) {
  const failures = {
    username: new RateLimiterMemory({ points: FAILURES_PER_USERNAME, duration: FAILURE_WINDOW_S }),
    address: new RateLimiterMemory({ points: FAILURES_PER_ADDRESS, duration: FAILURE_WINDOW_S }),
  };
  const remembered = new Map<string, { caller: Caller; until: number }>();
  const forgetListeners: (() => void)[] = [];
  let changes = 0;

  /** Drops what is remembered of credentials. Call it after any change of users, keys or sessions. */
  function forget(): void {
    changes++;
    remembered.clear();
    for (const listener of forgetListeners) listener();
  }

  async function refuseIfTooMany(limiter: RateLimiterMemory, key: string): Promise<void> {
    const state = await limiter.get(key);
    if (!(state instanceof RateLimiterRes) || state.consumedPoints < limiter.points) return;
    const retry_after = Math.ceil(state.msBeforeNext / 1000);
    throw new AppError(
      "RATE_LIMIT_EXCEEDED",
      `Too many failed logins. Try again in ${retry_after} seconds.`,
      { retry_after },
    );
  }

  async function userBehind(token: string): Promise<Caller> {
    const claims = await tokens.verify(token);
    if (!claims) throw unauthorized("The token is not valid or has expired. Log in again.");
    const user = await store.findUser(claims.sub);
    const isCurrent = user && !user.disabled && user.session_epoch === claims.epoch;
    if (!isCurrent || (await store.isRevoked(claims.jti)))
      throw unauthorized("The token has been revoked. Log in again.");
    return callerOfUser(user, claims);
  }

  async function keyBehind(value: string): Promise<Caller> {
    const key = await store.findKeyHash(sha256(value));
    if (!key) throw invalidKey();
    const creator = await store.findUser(key.created_by);
    if (creator?.disabled) throw unauthorized("The API key belongs to a disabled user. Use another key.");
    // A key may not do more than its creator may do now.
    if (creator && !covers(creator.role, key.role))
      throw unauthorized(
        `The API key has the role '${key.role}', but its creator now has the lesser role '${creator.role}'. Create a new key.`,
      );
    return callerOfKey(key);
  }

  function remember(credential: string, caller: Caller): void {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const expires = caller.session ? Date.parse(caller.session.expires_at) : Number.POSITIVE_INFINITY;
    remembered.set(credential, { caller, until: Math.min(expires, Date.now() + REMEMBERED_FOR_MS) });
  }

  async function callerBehind(credential: string): Promise<Caller> {
    const hit = remembered.get(credential);
    if (hit && hit.until > Date.now()) return hit.caller;
    remembered.delete(credential);
    const before = changes;
    const caller = await (credential.startsWith(API_KEY_PREFIX)
      ? keyBehind(credential)
      : userBehind(credential));
    // A caller that was read before a change must not be remembered after it.
    if (changes === before) remember(credential, caller);
    return caller;
  }

  return {
    /** Returns the caller, ANONYMOUS without credentials. Throws UNAUTHORIZED if any given credential is not valid. */
    async authenticate({ authorization, api_key }: Credentials): Promise<Caller> {
      const behindKey = api_key === null ? null : await keyCaller(api_key);
      const behindToken = authorization === null ? null : await callerBehind(bearerOf(authorization));
      return behindToken ?? behindKey ?? ANONYMOUS;

      async function keyCaller(value: string): Promise<Caller> {
        if (!value.startsWith(API_KEY_PREFIX)) throw invalidKey();
        return callerBehind(value);
      }
    },
    forget,
    /** Calls `listener` after each change of users, keys or sessions: open connections may have lost their permission. */
    onForget(listener: () => void): void {
      forgetListeners.push(listener);
    },

    async login({ username, password }: LoginRequest, address: string): Promise<LoginResponse> {
      await refuseIfTooMany(failures.username, username);
      await refuseIfTooMany(failures.address, address);
      const user = await store.findUsername(username);
      const matches = await passwords.verify(password, user?.password_hash);
      if (!user || !matches || user.disabled) {
        await Promise.all([failures.username.penalty(username), failures.address.penalty(address)]);
        throw unauthorized("Wrong username or password.");
      }
      const exp = Math.floor(Date.now() / 1000) + jwt_expiration;
      const token = await tokens.sign({ sub: user.id, jti: newId(), epoch: user.session_epoch, exp });
      return { token, expires_at: new Date(exp * 1000).toISOString() };
    },
    /** Ends the session of the caller's token. Throws BAD_REQUEST for an API key, which is deleted instead. */
    async logout(caller: Caller): Promise<void> {
      authorize(caller, "account.read");
      if (!caller.session)
        throw new AppError(
          "BAD_REQUEST",
          "Only a Bearer token can be logged out. To end an API key, delete it.",
        );
      await store.revokeSession(caller.session.jti, caller.session.expires_at, now());
      forget();
    },
    me(caller: Caller): Me {
      authorize(caller, "account.read");
      const { kind, id, name, role } = caller;
      if (kind === "anonymous" || role === null) throw unauthorized("Authentication required.");
      return { kind, id, name, role };
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;
