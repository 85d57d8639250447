import { AppError } from "../../base/errors.ts";

const AT_ONCE = 2;
const WAITING_MAX = 16;

const ARGON2 = { algorithm: "argon2id", memoryCost: 65_536, timeCost: 2 } as const;
/** Made with the same parameters, of a password that nobody has. */
const DECOY =
  "$argon2id$v=19$m=65536,t=2,p=1$XSUkmUqh47xZaiF0z4zLEdNVqaRiaWw6k2Nai67LyxA$mDZpFa/mPgXUAQm5uQEGQtR/KxzTTyhgzzZYpbNRXaE";

/** argon2id, at most two at a time: each takes 64 MiB and a core. Beyond a short queue callers are told to come back. */
export function createPasswords() {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX) {
        throw new AppError("SERVICE_UNAVAILABLE", "Too many logins at once. Try again in a moment.", {
          retry_after: 1,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password: string): Promise<string> => bounded(() => Bun.password.hash(password, ARGON2)),
    /** Without a hash (no such user) it works as long and answers false, so that names can't be told by the clock. */
    async verify(password: string, known_hash: string | undefined): Promise<boolean> {
      const against = known_hash ?? DECOY;
      const matches = await bounded(() => Bun.password.verify(password, against));
      return matches && known_hash !== undefined;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
