import type {
  JSONSchema7,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolChoice,
} from "@ai-sdk/provider";
import { isRecord } from "../../base/json/json.ts";
import type {
  ChatMessage,
  ResponseFormat,
  Tool,
  ToolCall,
  ToolChoice,
} from "../../domain/completions/chat.ts";
import { type CompletionRequest, ProviderError, tokenLimitOf } from "../provider.ts";
import type { PackagedVendor } from "../vendor.ts";
import { toReasoningParts } from "./reasoning.ts";

type SdkFormat = NonNullable<LanguageModelV4CallOptions["responseFormat"]>;

const textPart = (text: string) => ({ type: "text" as const, text });

/** Returns Google's signature of the thought before a call, under the package's name. */
function toSignature({ extra_content }: ToolCall): Pick<LanguageModelV4ToolCallPart, "providerOptions"> {
  const google = extra_content?.google;
  const signature = isRecord(google) ? google.thought_signature : undefined;
  return typeof signature === "string"
    ? { providerOptions: { google: { thoughtSignature: signature } } }
    : {};
}

/**
 * Converts a tool call. The packages expect the arguments as a value, which they serialise again. A call without
 * arguments may have an empty text.
 */
function toToolCallPart(call: ToolCall, field: string, provider: string): LanguageModelV4ToolCallPart {
  const { id, function: called } = call;
  try {
    const input: unknown = JSON.parse(called.arguments.trim() || "{}");
    return { type: "tool-call", toolCallId: id, toolName: called.name, input, ...toSignature(call) };
  } catch (cause) {
    const fault = `${field}: the arguments of the tool call '${id}' are not JSON.`;
    throw new ProviderError(provider, "invalid_request", fault, { field, cause });
  }
}

/** Returns the name of the tool with this call id: a result has only the id, but the packages need both. */
function nameOfTool(id: string, messages: readonly ChatMessage[]): string {
  const calls = messages.flatMap((message) => ("tool_calls" in message ? message.tool_calls : []));
  return calls.find((call) => call.id === id)?.function.name ?? "unknown";
}

type MessageVendor = Pick<PackagedVendor, "name" | "reasoning_format">;

function toSdkMessage(
  index: number,
  messages: readonly ChatMessage[],
  { name: provider, reasoning_format }: MessageVendor,
): LanguageModelV4Message {
  const message = messages[index]!;
  const { role, content } = message;
  if (role === "system") return { role, content };
  if (role === "tool") {
    const { tool_call_id: toolCallId } = message;
    const output = { type: "text" as const, value: content };
    const toolName = nameOfTool(toolCallId, messages);
    return { role, content: [{ type: "tool-result", toolCallId, toolName, output }] };
  }
  const details = "reasoning_details" in message ? message.reasoning_details : undefined;
  const thoughts = toReasoningParts(details, reasoning_format);
  if (!("tool_calls" in message))
    return role === "assistant"
      ? { role, content: [...thoughts, textPart(content)] }
      : { role, content: [textPart(content)] };
  const text = content === "" ? [] : [textPart(content)];
  const calls = message.tool_calls.map((call, position) =>
    toToolCallPart(call, `messages.${index}.tool_calls.${position}.function.arguments`, provider),
  );
  return { role: "assistant", content: [...thoughts, ...text, ...calls] };
}

const isSchema = (value: unknown): value is JSONSchema7 =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const NO_PARAMETERS: JSONSchema7 = { type: "object", properties: {} };

function toSdkTool({ function: tool }: Tool): LanguageModelV4FunctionTool {
  const { name, description, parameters, strict } = tool;
  return {
    type: "function",
    name,
    inputSchema: isSchema(parameters) ? parameters : NO_PARAMETERS,
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
}

const toSdkToolChoice = (choice: ToolChoice): LanguageModelV4ToolChoice =>
  typeof choice === "string" ? { type: choice } : { type: "tool", toolName: choice.function.name };

function toSdkFormat(format: ResponseFormat): SdkFormat {
  if (format.type === "text") return { type: "text" };
  if (format.type === "json_object") return { type: "json" };
  const { name, description, schema } = format.json_schema;
  return {
    type: "json",
    name,
    ...(description === undefined ? {} : { description }),
    ...(isSchema(schema) ? { schema } : {}),
  };
}

type SdkEffort = NonNullable<LanguageModelV4CallOptions["reasoning"]>;
const EFFORTS = [
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
] as const satisfies readonly SdkEffort[];

function toSdkEffort(effort: string, provider: string): SdkEffort {
  const known = EFFORTS.find((name) => name === effort);
  if (known) return known;
  const fault = `reasoning_effort: '${provider}' does not know '${effort}'. Use one of: ${EFFORTS.join(", ")}.`;
  throw new ProviderError(provider, "invalid_request", fault, { field: "reasoning_effort" });
}

/** Returns the further options that all packages know. A package warns of those that its vendor does not accept. */
function toCommonOptions(request: CompletionRequest, provider: string): Partial<LanguageModelV4CallOptions> {
  const { top_k, presence_penalty, frequency_penalty, reasoning_effort } = request;
  return {
    ...(top_k === undefined ? {} : { topK: top_k }),
    ...(presence_penalty === undefined ? {} : { presencePenalty: presence_penalty }),
    ...(frequency_penalty === undefined ? {} : { frequencyPenalty: frequency_penalty }),
    ...(reasoning_effort === undefined ? {} : { reasoning: toSdkEffort(reasoning_effort, provider) }),
  };
}

/** Converts a request to the options of the `@ai-sdk` packages, with this vendor's own options. */
export function toSdkOptions(
  request: CompletionRequest,
  vendor: Pick<PackagedVendor, "name" | "optionsOf" | "modelIn" | "reasoning_format">,
  signal: AbortSignal,
): LanguageModelV4CallOptions {
  const { messages, temperature, top_p, stop, seed, response_format, tools, tool_choice } = request;
  const token_limit = tokenLimitOf(request);
  return {
    prompt: messages.map((_, index) => toSdkMessage(index, messages, vendor)),
    abortSignal: signal,
    ...toCommonOptions(request, vendor.name),
    ...(token_limit === undefined ? {} : { maxOutputTokens: token_limit }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { topP: top_p }),
    ...(stop === undefined ? {} : { stopSequences: stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(response_format === undefined ? {} : { responseFormat: toSdkFormat(response_format) }),
    ...(tools === undefined ? {} : { tools: tools.map(toSdkTool) }),
    ...(tool_choice === undefined ? {} : { toolChoice: toSdkToolChoice(tool_choice) }),
    ...(vendor.optionsOf ? { providerOptions: vendor.optionsOf(request) } : {}),
    ...(vendor.modelIn ? { includeRawChunks: true } : {}),
  };
}
