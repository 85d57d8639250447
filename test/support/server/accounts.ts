import { createTokens } from "../../../src/api/middleware/authenticate.ts";
import { OPERATOR } from "../../../src/domain/permissions.ts";
import { createApiKeys } from "../../../src/services/accounts/api-keys.ts";
import type { Passwords } from "../../../src/services/accounts/passwords.ts";
import { createSessions } from "../../../src/services/accounts/sessions.ts";
import { createUsers } from "../../../src/services/accounts/users.ts";
import { openStoreIn } from "../store.ts";

export const PASSWORD = "correct horse";

/** Argon2id as the server uses it, with the least of work: most tests are about something else. */
const quickPasswords: Passwords = {
  hash: (password) => Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 8, timeCost: 1 }),
  verify: async (password, known_hash) =>
    known_hash !== undefined && Bun.password.verify(password, known_hash),
};

interface Options {
  passwords?: Passwords;
  /** Seconds. */
  jwt_expiration?: number;
  secret?: string;
}

/** Users, keys and sessions over a real database in a folder, put together as the server does it. */
export async function createAccounts(
  data_dir: string,
  { jwt_expiration = 3600, secret, passwords = quickPasswords }: Options = {},
) {
  const store = await openStoreIn(data_dir);
  const { accounts } = store;
  const tokens = createTokens(secret ?? "a secret of at least 32 bytes length");
  const sessions = createSessions({ store: accounts, passwords, tokens, jwt_expiration });
  const users = createUsers(accounts, passwords, sessions.forget);
  const apiKeys = createApiKeys(accounts, sessions.forget);
  return {
    store,
    accounts,
    passwords,
    tokens,
    sessions,
    users,
    apiKeys,
    addUser: (username: string, role: "admin" | "user" | "viewer" = "user") =>
      users.create(OPERATOR, { username, password: PASSWORD, role }),
    login: async (username: string, password = PASSWORD) =>
      (await sessions.login({ username, password }, "127.0.0.1")).token,
    behindToken: (token: string) =>
      sessions.authenticate({ authorization: `Bearer ${token}`, api_key: null }),
    behindKey: (api_key: string) => sessions.authenticate({ authorization: null, api_key }),
  };
}

export type Accounts = Awaited<ReturnType<typeof createAccounts>>;
