import { badField } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { ChatMessage } from "../../domain/completions/chat.ts";
import type { CompletionParams } from "../../domain/completions/completion.ts";
import type {
  ChatContent,
  CreateChatCompletion,
  OpenAiMessage,
} from "../../domain/completions/openai-chat.ts";
import type { CompletionOrder } from "../../services/completions/index.ts";
import { refuseUnsupported, warningsOfExtras } from "./chat-extras.ts";

function textOf(content: ChatContent, field: string): string {
  if (typeof content === "string") return content;
  const texts = content.map(({ type, text, refusal }, index) => {
    const part = `${field}.${index}`;
    // The text of a model's refusal is its answer.
    if (type === "refusal" && typeof refusal === "string") return refusal;
    if (type !== "text")
      throw badField(`${part}.type`, `'${type.slice(0, 100)}' is not supported; must be 'text'`, {
        accepted: ["text"],
      });
    if (text === undefined) throw badField(`${part}.text`, "is required");
    return text;
  });
  return texts.join("");
}

function messageOf(message: OpenAiMessage, index: number): ChatMessage {
  const { role, tool_calls, tool_call_id, refusal } = message;
  const content = message.content ?? (role === "assistant" ? refusal : undefined);
  const field = `messages.${index}`;
  const text = textOf(content ?? "", `${field}.content`);
  if (role === "assistant" && tool_calls) return { role, content: text, tool_calls };
  if (content === undefined || content === null) throw badField(`${field}.content`, "is required");
  if (role !== "tool") return { role: role === "developer" ? "system" : role, content: text };
  if (tool_call_id === undefined) throw badField(`${field}.tool_call_id`, "is required");
  return { role, content: text, tool_call_id };
}

/** Throws BAD_REQUEST if the two names of the token limit have different values. */
function refuseTwoLimits({ max_tokens, max_completion_tokens }: CreateChatCompletion): void {
  if (max_tokens && max_completion_tokens && max_tokens !== max_completion_tokens)
    throw badField("max_tokens", "differs from 'max_completion_tokens': leave it out");
}

/** Throws BAD_REQUEST for `tool_choice` without tools, and for `top_logprobs` without `logprobs`. */
function refuseIncomplete({ tools, tool_choice, logprobs, top_logprobs }: CreateChatCompletion): void {
  const chooses = tool_choice && tool_choice !== "none" && tool_choice !== "auto";
  if (chooses && !tools?.length) throw badField("tool_choice", "requires 'tools'");
  if (top_logprobs && !logprobs) throw badField("top_logprobs", "requires 'logprobs' to be true");
}

function paramsOf(request: CreateChatCompletion): CompletionParams {
  const { max_tokens, temperature, top_p, stop, seed, response_format, tools, tool_choice } = request;
  const params = {
    max_tokens: request.max_completion_tokens ?? max_tokens,
    temperature,
    top_p,
    seed,
    response_format,
    stop: typeof stop === "string" ? [stop] : stop,
    ...(tools?.length ? { tools, tool_choice } : {}),
    top_logprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
  };
  const present = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present);
}

/** Splits `provider/model` at the first slash: a model's name may contain slashes too. */
function targetOf(name: string): { provider: string; model: string } {
  const slash = name.indexOf("/");
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

/** Translates a request from OpenAI's format. Throws BAD_REQUEST for unsupported or contradictory fields. */
export function orderOf(request: CreateChatCompletion): CompletionOrder & { request_id: string } {
  refuseUnsupported(request);
  refuseIncomplete(request);
  refuseTwoLimits(request);
  return {
    request_id: newId(),
    targets: [targetOf(request.model)],
    messages: request.messages.map(messageOf),
    params: paramsOf(request),
    warnings: warningsOfExtras(request),
  };
}
