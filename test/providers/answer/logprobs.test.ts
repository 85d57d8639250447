import { expect, test } from "bun:test";
import { toTokenLogprobs } from "../../../src/providers/answer/logprobs.ts";

const HELLO = { token: "hello", logprob: -0.1, top_logprobs: [{ token: "hi", logprob: -2 }] };

test("OpenAI's form, with bytes that are left out", () => {
  const content = [
    {
      token: "hello",
      logprob: -0.1,
      bytes: [104],
      top_logprobs: [{ token: "hi", logprob: -2, bytes: null }],
    },
    { token: "!", logprob: 0, bytes: [33], top_logprobs: [] },
  ];
  expect(toTokenLogprobs({ content, refusal: null })).toEqual([
    HELLO,
    { token: "!", logprob: 0, top_logprobs: [] },
  ]);
});

test("its list alone, as the packages keep it", () => {
  expect(toTokenLogprobs([HELLO])).toEqual([HELLO]);
});

test("the older form: columns, with the likeliest as maps or not at all", () => {
  const tokens = ["hello", "!"];
  const token_logprobs = [-0.1, -3];
  expect(toTokenLogprobs({ tokens, token_logprobs, top_logprobs: [{ hi: -2 }, {}] })).toEqual([
    HELLO,
    { token: "!", logprob: -3, top_logprobs: [] },
  ]);
  expect(toTokenLogprobs({ tokens, token_logprobs })).toHaveLength(2);
});

test.each([
  [undefined],
  [null],
  ["text"],
  [{}],
  [{ content: null }],
  [{ tokens: "hello", token_logprobs: 1 }],
  [[{ token: "hello" }, { logprob: 1 }, null, "x"]],
])("none in %o", (value) => {
  expect(toTokenLogprobs(value)).toEqual([]);
});

test("a token without its log-probability is left out, the others stay", () => {
  expect(toTokenLogprobs({ tokens: ["a", "b"], token_logprobs: [null, -1] })).toEqual([
    { token: "b", logprob: -1, top_logprobs: [] },
  ]);
});
