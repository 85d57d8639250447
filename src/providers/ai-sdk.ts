import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { FinishReason, Message, Usage } from "../domain/completion.ts";
import { type Account, toProviderError, unfinished } from "./ai-sdk-error.ts";
import type { CallOptions, CompletionDelta, CompletionRequest, ProviderCompletion } from "./provider.ts";

/** The translation between this project's words and the `LanguageModel` interface of the `@ai-sdk` packages. */
export interface SdkCalls {
  complete(request: CompletionRequest, options?: CallOptions): Promise<ProviderCompletion>;
  stream(request: CompletionRequest, options?: CallOptions): AsyncIterable<CompletionDelta>;
}

function toSdkMessage({ role, content }: Message): LanguageModelV4Message {
  return role === "system" ? { role, content } : { role, content: [{ type: "text", text: content }] };
}

function toSdkOptions(
  request: CompletionRequest,
  signal: AbortSignal | undefined,
): LanguageModelV4CallOptions {
  const { messages, max_tokens, temperature, top_p, stop, seed } = request;
  return {
    prompt: messages.map(toSdkMessage),
    ...(max_tokens === undefined ? {} : { maxOutputTokens: max_tokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { topP: top_p }),
    ...(stop === undefined ? {} : { stopSequences: stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
}

const FINISH_REASONS: Record<LanguageModelV4FinishReason["unified"], FinishReason> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "error",
  interrupted: "error",
  other: "other",
};

/** Without the provider's own word for it, an answer was cut off, however cleanly its connection closed. */
function toFinishReason({ unified, raw }: LanguageModelV4FinishReason, account: Account): FinishReason {
  if (raw === undefined) throw unfinished(account);
  return FINISH_REASONS[unified];
}

/** No call reads nothing: zero input tokens are what the packages make of a usage that was not reported. */
function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage | null {
  const prompt_tokens = inputTokens.total;
  const completion_tokens = outputTokens.total;
  if (!prompt_tokens || completion_tokens === undefined) return null;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

const OUR_NAMES: Readonly<Record<string, string>> = {
  maxOutputTokens: "max_tokens",
  topP: "top_p",
  stopSequences: "stop",
};

function toWarning(warning: SharedV4Warning): string {
  const text =
    warning.type === "other"
      ? warning.message
      : warning.type === "deprecated"
        ? `${warning.setting}: ${warning.message}`
        : `${warning.feature}: ${warning.details ?? "not supported"}`;
  return text.replace(/maxOutputTokens|topP|stopSequences/g, (name) => OUR_NAMES[name] ?? name);
}

async function generate(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  account: Account,
): Promise<ProviderCompletion> {
  const { content, finishReason, usage, warnings, response } = await model.doGenerate(options);
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    model: response?.modelId ?? model.modelId,
    finish_reason: toFinishReason(finishReason, account),
    usage: toUsage(usage),
    warnings: warnings.map(toWarning),
  };
}

/** Turns the parts of a stream into deltas, and remembers what its last one, `finish`, has to say. */
async function* toDeltas(
  parts: ReadableStream<LanguageModelV4StreamPart>,
  asked: string,
  account: Account,
): AsyncGenerator<CompletionDelta> {
  let text = "";
  let model = asked;
  let warnings: string[] = [];
  for await (const part of parts) {
    if (part.type === "error") throw part.error;
    if (part.type === "stream-start") warnings = part.warnings.map(toWarning);
    if (part.type === "response-metadata") model = part.modelId ?? model;
    if (part.type === "text-delta" && part.delta !== "") {
      text += part.delta;
      yield { type: "text", text: part.delta };
    }
    if (part.type === "finish") {
      const finish_reason = toFinishReason(part.finishReason, account);
      yield {
        type: "finish",
        completion: { text, model, finish_reason, usage: toUsage(part.usage), warnings },
      };
      return;
    }
  }
  throw unfinished(account);
}

/** The calls of one provider. They throw ProviderError alone. */
export function createSdkCalls(account: Account, modelOf: (model: string) => LanguageModelV4): SdkCalls {
  return {
    async complete(request, { signal } = {}) {
      try {
        return await generate(modelOf(request.model), toSdkOptions(request, signal), account);
      } catch (error) {
        throw toProviderError(error, account, signal);
      }
    },
    async *stream(request, { signal } = {}) {
      try {
        const { stream } = await modelOf(request.model).doStream(toSdkOptions(request, signal));
        yield* toDeltas(stream, request.model, account);
      } catch (error) {
        throw toProviderError(error, account, signal);
      }
    },
  };
}
