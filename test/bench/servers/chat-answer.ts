/** What OpenAI's chat completions answer. */
export const chatAnswer = (content: string, prompt_tokens: number, completion_tokens: number) => ({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  service_tier: "default",
  system_fingerprint: "fp_bench",
});
