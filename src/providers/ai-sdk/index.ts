import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import type { ToolCall } from "../../domain/completions/chat.ts";
import { missingLogprobs } from "../answer/logprobs.ts";
import { createCallSignal } from "../call-signal.ts";
import type { Account } from "../failure/account.ts";
import { unfinished } from "../failure/network-failure.ts";
import { withinReach } from "../features.ts";
import type { CompletionDelta, CompletionRequest, ProviderCompletion } from "../provider.ts";
import type { Models, PackagedVendor, VendorCalls } from "../vendor.ts";
import { toFinishReason, toLogprobs, toText, toToolCalls, toWarning } from "./answer.ts";
import { embedAll, withoutEmbeddings } from "./embedding.ts";
import { toProviderError } from "./error.ts";
import { createReasoningReader, reasoningIn } from "./reasoning.ts";
import { toSdkOptions } from "./request.ts";
import { createToolCallReader } from "./stream.ts";
import { toUsage } from "./usage.ts";

/** A prepared call. */
interface Call {
  vendor: PackagedVendor;
  account: Account;
  model: LanguageModelV4;
  options: LanguageModelV4CallOptions;
  /** How many likeliest tokens to report; undefined if log-probabilities were not requested. */
  top_logprobs: number | undefined;
  warnings: readonly string[];
}

interface Client {
  vendor: PackagedVendor;
  account: Account;
  models: Models;
}

function prepare(
  { vendor, account, models: { chat } }: Client,
  original: CompletionRequest,
  signal: AbortSignal,
): Call {
  const { request, warnings } = withinReach(original, vendor);
  return {
    vendor,
    account,
    model: chat(request.model),
    options: toSdkOptions(request, vendor, signal),
    top_logprobs: request.top_logprobs,
    warnings,
  };
}

interface Answered {
  text: string;
  model: string;
  finish_reason: ProviderCompletion["finish_reason"];
  usage: LanguageModelV4Usage;
  warnings: readonly string[];
  tool_calls: readonly ToolCall[];
  reasoning: Pick<ProviderCompletion, "reasoning_content" | "reasoning_details">;
  metadata: SharedV4ProviderMetadata | undefined;
}

function toCompletion(call: Call, answered: Answered): ProviderCompletion {
  const { text, model, finish_reason, tool_calls, reasoning } = answered;
  const { usageOf = (usage: LanguageModelV4Usage) => usage } = call.vendor;
  const logprobs = call.top_logprobs === undefined ? [] : toLogprobs(answered.metadata, call.top_logprobs);
  const warnings = [...call.warnings, ...answered.warnings];
  return {
    text,
    model,
    finish_reason,
    usage: toUsage(usageOf(answered.usage), text !== "" || tool_calls.length > 0),
    warnings: [...warnings, ...missingLogprobs(call.top_logprobs, logprobs, warnings, call.vendor.title)],
    ...reasoning,
    ...(tool_calls.length > 0 ? { tool_calls } : {}),
    ...(logprobs.length > 0 ? { logprobs } : {}),
  };
}

async function generate(call: Call): Promise<ProviderCompletion> {
  const { model, options, vendor, account } = call;
  const { content, finishReason, usage, warnings, response, providerMetadata } =
    await model.doGenerate(options);
  return toCompletion(call, {
    text: toText(content),
    model: response?.modelId ?? vendor.modelIn?.(response?.body) ?? model.modelId,
    finish_reason: toFinishReason(finishReason, account),
    usage,
    warnings: warnings.map(toWarning),
    tool_calls: toToolCalls(content),
    reasoning: reasoningIn(content, vendor.reasoning_format),
    metadata: providerMetadata,
  });
}

/** Converts the parts of a stream to deltas; the last one, `finish`, carries the whole completion. */
async function* toDeltas(
  parts: ReadableStream<LanguageModelV4StreamPart>,
  call: Call,
  onProgress?: () => void,
): AsyncGenerator<CompletionDelta> {
  const { vendor, account } = call;
  const tools = createToolCallReader();
  const thoughts = createReasoningReader(vendor.reasoning_format);
  let text = "";
  let model = call.model.modelId;
  let warnings: string[] = [];
  for await (const part of parts) {
    switch (part.type) {
      case "error":
        throw part.error;
      case "stream-start":
        warnings = part.warnings.map(toWarning);
        break;
      case "response-metadata":
        model = part.modelId ?? model;
        break;
      case "raw":
        model = vendor.modelIn?.(part.rawValue) ?? model;
        break;
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end": {
        const piece = thoughts.read(part);
        if (piece === "") onProgress?.();
        else yield { type: "reasoning", text: piece };
        break;
      }
      case "text-delta":
        text += part.delta;
        if (part.delta !== "") yield { type: "text", text: part.delta };
        break;
      case "tool-input-start":
      case "tool-input-delta":
      case "tool-call": {
        const delta = tools.read(part);
        if (delta) yield delta;
        break;
      }
      case "finish": {
        const { usage, providerMetadata: metadata } = part;
        const finish_reason = toFinishReason(part.finishReason, account);
        const tool_calls = tools.calls();
        const reasoning = thoughts.reasoning();
        const answered = { text, model, finish_reason, usage, warnings, tool_calls, reasoning, metadata };
        yield { type: "finish", completion: toCompletion(call, answered) };
        return;
      }
    }
  }
  throw unfinished(account);
}

/** Creates the calls of one provider. They throw nothing but ProviderError. */
export function createSdkCalls(vendor: PackagedVendor, account: Account, models: Models): VendorCalls {
  /** Awaits one whole answer; open connections are closed in every case. */
  async function whole<Answer>(
    outer: AbortSignal | undefined,
    ask: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const { signal, end } = createCallSignal(outer ? { signal: outer } : {}, true);
    let finished = false;
    try {
      const answer = await ask(signal);
      finished = true;
      return answer;
    } catch (error) {
      throw toProviderError(error, account, outer);
    } finally {
      end(finished);
    }
  }

  return {
    complete: (request, { signal: outer } = {}) =>
      whole(outer, (signal) => generate(prepare({ vendor, account, models }, request, signal))),
    embed: ({ model, texts }, { signal: outer } = {}) =>
      whole(outer, async (signal) => {
        if (!models.embedding) throw withoutEmbeddings(account);
        return embedAll(models.embedding(model), texts, { account, signal });
      }),
    async *stream(request, options = {}) {
      const { signal, end } = createCallSignal(options);
      let finished = false;
      try {
        const call = prepare({ vendor, account, models }, request, signal);
        const { stream } = await call.model.doStream(call.options);
        yield* toDeltas(stream, call, options.onProgress);
        finished = true;
      } catch (error) {
        throw toProviderError(error, account, options.signal);
      } finally {
        end(finished);
      }
    },
  };
}
