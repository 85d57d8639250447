import { AppError } from "../../base/errors.ts";
import { createSlots } from "../../base/slots.ts";

const AT_ONCE = 2;
const WAITING_MAX = 16;

const ARGON2 = { algorithm: "argon2id", memoryCost: 65_536, timeCost: 2 } as const;
/** A hash with the same parameters, of a password that no user has. */
const DECOY =
  "$argon2id$v=19$m=65536,t=2,p=1$XSUkmUqh47xZaiF0z4zLEdNVqaRiaWw6k2Nai67LyxA$mDZpFa/mPgXUAQm5uQEGQtR/KxzTTyhgzzZYpbNRXaE";

const tooManyLogins = (): AppError =>
  new AppError("SERVICE_UNAVAILABLE", "Too many logins at once. Try again in a second.", { retry_after: 1 });

/**
 * Hashes and checks passwords by argon2id, at most two at a time: each takes 64 MiB and a core. Throws
 * SERVICE_UNAVAILABLE with `retry_after` (seconds) if sixteen callers wait already.
 */
export function createPasswords() {
  const slots = createSlots(AT_ONCE);

  async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (slots.waiting >= WAITING_MAX) throw tooManyLogins();
    const release = await slots.take();
    try {
      return await work();
    } finally {
      release();
    }
  }

  return {
    hash: (password: string): Promise<string> => bounded(() => Bun.password.hash(password, ARGON2)),
    /**
     * Whether the password has this hash. Without a hash (no such user) it takes as long and returns false, so that
     * the response time does not show which usernames exist.
     */
    async verify(password: string, user_hash: string | undefined): Promise<boolean> {
      const matches = await bounded(() => Bun.password.verify(password, user_hash ?? DECOY));
      return matches && user_hash !== undefined;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
