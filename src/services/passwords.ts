import { AppError } from "../domain/errors.ts";

const AT_ONCE = 2;
const WAITING_MAX = 16;

/** argon2id, at most two at a time: each takes 64 MiB and a core. Beyond a short queue callers are told to come back. */
export function createPasswords() {
  const waiting: (() => void)[] = [];
  let running = 0;
  let decoy: Promise<string> | undefined;

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

  const hash = (password: string): Promise<string> =>
    bounded(() => Bun.password.hash(password, { algorithm: "argon2id" }));

  return {
    hash,
    /** Without a hash (no such user) it works as long and answers false, so that names can't be told by the clock. */
    async verify(password: string, known_hash: string | undefined): Promise<boolean> {
      decoy ??= hash("nobody has this password");
      const against = known_hash ?? (await decoy);
      const matches = await bounded(() => Bun.password.verify(password, against));
      return matches && known_hash !== undefined;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
