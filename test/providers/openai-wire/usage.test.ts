import { describe, expect, test } from "bun:test";
import { readUsage } from "../../../src/providers/openai-wire/usage.ts";

const of = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...more,
});

describe("usage", () => {
  test.each<[object, object]>([
    [{ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }, of(11, 7)],
    [{ prompt_tokens: 11, completion_tokens: 7 }, of(11, 7)],
    [
      {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: null,
        prompt_tokens_details: null,
        completion_tokens_details: null,
      },
      of(11, 7),
    ],
    [{ prompt_tokens: "11", completion_tokens: "7" }, of(11, 7)],
    [{ input_tokens: 11, output_tokens: 7 }, of(11, 7)],
    [{ prompt_tokens: 5, total_tokens: 105 }, of(5, 100)],
    [
      { prompt_tokens: 11, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 5 } },
      of(11, 7, { cached_tokens: 5 }),
    ],
    [
      {
        prompt_tokens: 1000,
        completion_tokens: 50,
        prompt_cache_hit_tokens: 900,
        prompt_cache_miss_tokens: 100,
      },
      of(1000, 50, { cached_tokens: 900 }),
    ],
    [{ prompt_tokens: 11, completion_tokens: 7, num_cached_tokens: 5 }, of(11, 7, { cached_tokens: 5 })],
    [{ prompt_tokens: 11, completion_tokens: 7, cached_tokens: 5 }, of(11, 7, { cached_tokens: 5 })],
    [
      {
        prompt_tokens: 4,
        completion_tokens: 7,
        total_tokens: 2466,
        prompt_tokens_details: { cached_tokens: 2455 },
      },
      of(2459, 7, { cached_tokens: 2455 }),
    ],
    [
      { prompt_tokens: 11, completion_tokens: 7, completion_tokens_details: { reasoning_tokens: 3 } },
      of(11, 7, { reasoning_tokens: 3 }),
    ],
    [
      {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 334,
        completion_tokens_details: { reasoning_tokens: 320 },
      },
      of(12, 322, { reasoning_tokens: 320 }),
    ],
    [
      {
        prompt_tokens: 10,
        completion_tokens: 3,
        total_tokens: 13,
        completion_tokens_details: { reasoning_tokens: 7 },
      },
      of(10, 10, { reasoning_tokens: 7 }),
    ],
  ])("%j", (usage, expected) => {
    expect(readUsage({ ...usage }, true)).toEqual(expected as ReturnType<typeof readUsage>);
  });

  test("of a vendor that counts reasoning beside is the sum", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 50, total_tokens: 60, reasoning_tokens: 20 };
    expect(readUsage(usage, true, true)).toEqual(
      of(10, 70, { reasoning_tokens: 20 }) as ReturnType<typeof readUsage>,
    );
    expect(readUsage(usage, true)).toEqual(
      of(10, 50, { reasoning_tokens: 20 }) as ReturnType<typeof readUsage>,
    );
  });

  test.each<[Record<string, unknown> | undefined]>([
    [undefined],
    [{}],
    [{ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    [{ prompt_tokens: 11, completion_tokens: 0 }],
    [{ prompt_tokens: 11 }],
    [{ completion_tokens: 7 }],
    [{ prompt_tokens: -1, completion_tokens: 7 }],
    [{ prompt_tokens: 1.5, completion_tokens: 7 }],
    [{ prompt_tokens: 1e12, completion_tokens: 7 }],
    [{ prompt_tokens: "many", completion_tokens: 7 }],
  ])("%j can't be that of an answer that says something", (usage) => {
    expect(readUsage(usage, true)).toBeNull();
  });

  test("of an empty answer may be zero", () => {
    expect(readUsage({ prompt_tokens: 11, completion_tokens: 0 }, false)).toEqual(
      of(11, 0) as ReturnType<typeof readUsage>,
    );
  });
});
