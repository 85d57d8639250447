import { describe, expect, test } from "bun:test";
import { estimateUsage } from "../../../src/services/model-calls/estimate.ts";

describe("an estimate of tokens", () => {
  const count = async (text: string) => (await estimateUsage({ messages: [] }, { text })).completion_tokens;

  test("counts special tokens as ordinary text", async () => {
    expect(await count("<|endoftext|>")).toBeGreaterThan(1);
  });

  test("assumes that text beyond 100,000 characters is like the text before it", async () => {
    const words = "one two three four ".repeat(20_000);
    expect(await count(words)).toBeWithin(0.98 * 80_000, 1.02 * 80_000);
  });

  test("of a text without blanks ends soon", async () => {
    expect(await count("a".repeat(1_000_000))).toBeWithin(122_000, 128_000);
  });
});
