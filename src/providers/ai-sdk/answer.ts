import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { TokenLogprob, ToolCall } from "../../domain/completions/chat.ts";
import type { FinishReason } from "../../domain/completions/completion.ts";
import { finishReasonOf } from "../answer/finish-reason.ts";
import { toTokenLogprobs } from "../answer/logprobs.ts";
import type { Account } from "../failure/account.ts";
import { unfinished } from "../failure/network-failure.ts";
import { signatureIn } from "./reasoning.ts";

const FINISH_REASONS: Record<LanguageModelV4FinishReason["unified"], FinishReason> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "error",
  interrupted: "error",
  other: "other",
};

/**
 * Returns the finish reason. Without a reason from the provider the answer was cut off, even if the connection
 * closed cleanly.
 */
export function toFinishReason(
  { unified, raw }: LanguageModelV4FinishReason,
  account: Account,
): FinishReason {
  if (raw === undefined) throw unfinished(account);
  return unified === "other" ? finishReasonOf(raw) : FINISH_REASONS[unified];
}

const OUR_NAMES: Readonly<Record<string, string>> = {
  maxOutputTokens: "max_tokens",
  topP: "top_p",
  stopSequences: "stop",
  responseFormat: "response_format",
  topLogprobs: "top_logprobs",
};

export function toWarning(warning: SharedV4Warning): string {
  const text =
    warning.type === "other"
      ? warning.message
      : warning.type === "deprecated"
        ? `${warning.setting}: ${warning.message}`
        : `${warning.feature}: ${warning.details ?? "not supported"}`;
  return text.replace(
    /maxOutputTokens|topP|stopSequences|responseFormat|topLogprobs/g,
    (name) => OUR_NAMES[name] ?? name,
  );
}

export const toText = (content: readonly LanguageModelV4Content[]): string =>
  content.map((part) => (part.type === "text" ? part.text : "")).join("");

/** Returns what the model needs back with a call: Google's signature, as its OpenAI-compatible API names it. */
export function toExtraContent(
  metadata: SharedV4ProviderMetadata | undefined,
): Pick<ToolCall, "extra_content"> {
  const thought_signature = signatureIn(metadata);
  return thought_signature === undefined ? {} : { extra_content: { google: { thought_signature } } };
}

export const toToolCalls = (content: readonly LanguageModelV4Content[]): ToolCall[] =>
  content.flatMap((part) =>
    part.type === "tool-call" && !part.providerExecuted
      ? [
          {
            id: part.toolCallId,
            type: "function" as const,
            function: { name: part.toolName, arguments: part.input },
            ...toExtraContent(part.providerMetadata),
          },
        ]
      : [],
  );

/**
 * Returns the log-probabilities that a package stores under its own name, with at most `top` likeliest alternatives
 * per token; empty if there are none.
 */
export function toLogprobs(metadata: SharedV4ProviderMetadata | undefined, top: number): TokenLogprob[] {
  const kept = Object.values(metadata ?? {}).map(({ logprobs }) => toTokenLogprobs(logprobs));
  const found = kept.find((tokens) => tokens.length > 0) ?? [];
  return found.map((token) => ({ ...token, top_logprobs: token.top_logprobs.slice(0, top) }));
}
