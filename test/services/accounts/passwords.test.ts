import { afterEach, describe, expect, mock, spyOn, test } from "bun:test";
import { createPasswords } from "../../../src/services/accounts/passwords.ts";
import { refusalOf } from "../../support/refusal.ts";

afterEach(() => {
  mock.restore();
});

/** Replaces the slow work: each call waits until `release` ends it. */
function holdHashing() {
  const held: (() => void)[] = [];
  const counts = { hash: 0, verify: 0, most: 0 };
  let running = 0;
  async function hold<Result>(result: Result): Promise<Result> {
    counts.most = Math.max(counts.most, ++running);
    await new Promise<void>((resolve) => held.push(resolve));
    running--;
    return result;
  }
  spyOn(Bun.password, "hash").mockImplementation(() => {
    counts.hash++;
    return hold("a hash");
  });
  spyOn(Bun.password, "verify").mockImplementation(() => {
    counts.verify++;
    return hold(true);
  });
  return {
    counts,
    /** Ends the oldest call once it has begun, and waits for what follows from it. */
    async release(): Promise<void> {
      await Bun.sleep(0);
      held.shift()?.();
      await Bun.sleep(0);
    },
  };
}

describe("a hash", () => {
  test("is argon2id with 64 MiB and a salt, and does not contain the password", async () => {
    const { hash } = createPasswords();
    const [one, other] = await Promise.all([hash("correct horse"), hash("correct horse")]);
    expect(one).toStartWith("$argon2id$v=19$m=65536,t=2,p=1$");
    expect(other).not.toBe(one);
    expect(one).not.toInclude("correct");
  });

  test("matches the right password and no other", async () => {
    const { hash, verify } = createPasswords();
    const known = await hash("correct horse");
    expect(await verify("correct horse", known)).toBe(true);
    expect(await verify("correct horse ", known)).toBe(false);
    expect(await verify("", known)).toBe(false);
  });

  test("respects characters outside ASCII, and every character of a long password", async () => {
    const { hash, verify } = createPasswords();
    const long = `ü🦜${"x".repeat(1_000)}`;
    const known = await hash(long);
    expect(await verify(long, known)).toBe(true);
    expect(await verify(`${long.slice(0, -1)}y`, known)).toBe(false);
  });
});

describe("an unknown user", () => {
  test("costs the same work as a known one with a wrong password, from the first login on", async () => {
    const { hash, verify } = createPasswords();
    const known = await hash("correct horse");
    const hashing = spyOn(Bun.password, "hash");
    const verifying = spyOn(Bun.password, "verify");
    for (const known_hash of [undefined, known, undefined]) {
      hashing.mockClear();
      verifying.mockClear();
      expect(await verify("wrong", known_hash)).toBe(false);
      expect([hashing.mock.calls.length, verifying.mock.calls.length]).toEqual([0, 1]);
    }
  });

  test("is checked against a hash with the parameters of all other hashes", async () => {
    const { hash, verify } = createPasswords();
    const known = await hash("correct horse");
    const verifying = spyOn(Bun.password, "verify");
    await verify("wrong", undefined);
    const [, decoy] = verifying.mock.calls[0] ?? [];
    const parametersOf = (text: unknown) => String(text).split("$").slice(0, 4);
    expect(parametersOf(decoy)).toEqual(parametersOf(known));
    expect(String(decoy)).toHaveLength(known.length);
  });

  test("has no password, not even the one whose hash is compared", async () => {
    spyOn(Bun.password, "verify").mockResolvedValue(true);
    expect(await createPasswords().verify("anything", undefined)).toBe(false);
  });
});

describe("the bound", () => {
  test("lets two hashes run and sixteen callers wait, and refuses the next one with 503", async () => {
    const { counts, release } = holdHashing();
    const { hash, verify } = createPasswords();
    const work = [
      ...Array.from({ length: 9 }, () => hash("password")),
      ...Array.from({ length: 9 }, () => verify("password", "a hash")),
    ];
    const { code, details } = await refusalOf(verify("one too many", "a hash"));
    expect([code, details.retry_after]).toEqual(["SERVICE_UNAVAILABLE", 1]);
    expect(await refusalOf(hash("one too many"))).toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(await refusalOf(verify("an unknown user's", undefined))).toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    for (let call = 0; call < 18; call++) await release();
    expect(await Promise.all(work)).toEqual([...Array(9).fill("a hash"), ...Array(9).fill(true)]);
    expect(counts).toEqual({ hash: 9, verify: 9, most: 2 });
  });

  test("gives its slot back when the work is done", async () => {
    const { release } = holdHashing();
    const { hash } = createPasswords();
    for (let round = 0; round < 3; round++) {
      const work = Array.from({ length: 18 }, () => hash("password"));
      for (let call = 0; call < 18; call++) await release();
      expect(await Promise.all(work)).toHaveLength(18);
    }
  });

  test("gives its slot back when the work has failed", async () => {
    spyOn(Bun.password, "hash").mockRejectedValue(new Error("out of memory"));
    const { hash } = createPasswords();
    for (let call = 0; call < 30; call++) {
      const why = await hash("password").catch((error: Error) => error.message);
      expect(why).toBe("out of memory");
    }
  });
});
