import type { FinishReason } from "../../domain/completions/completion.ts";

/** Vendors' words for how an answer ended, in lower case. */
const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map(
  (
    [
      ["stop", ["stop", "eos", "eos_token", "end", "end_turn", "stop_sequence", "complete", "completed"]],
      [
        "length",
        ["length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"],
      ],
      [
        "content_filter",
        [
          "content_filter",
          "content-filter",
          "safety",
          "recitation",
          "blocklist",
          "prohibited_content",
          "spii",
          "image_safety",
          "refusal",
          "guardrail_intervened",
          "sensitive",
        ],
      ],
      ["tool_calls", ["tool_calls", "tool_call", "tool_use", "tool-calls", "function_call"]],
      [
        "error",
        [
          "error",
          "network_error",
          "timeout",
          "abort",
          "aborted",
          "cancelled",
          "failed",
          "engine_overloaded",
          "insufficient_system_resource",
          "malformed_function_call",
        ],
      ],
    ] as const
  ).flatMap(([reason, words]) => words.map((word): [string, FinishReason] => [word, reason])),
);

/** How an answer ended, by its vendor's word for it; `other` for a word that is not known. */
export const finishReasonOf = (word: string): FinishReason =>
  FINISH_REASONS.get(word.toLowerCase()) ?? "other";
