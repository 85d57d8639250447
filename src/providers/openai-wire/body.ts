import { isRecord } from "../../base/json/json.ts";
import type { ResponseFormat, Tool } from "../../domain/completions/chat.ts";
import type { CompletionRequest } from "../provider.ts";
import type { Dialect, RequestBody } from "./dialect.ts";
import { writeMessages } from "./messages.ts";

/** Fields that go out under the names and in the form in which they came. */
const PLAIN_FIELDS = [
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "seed",
  "reasoning_effort",
  "verbosity",
  "parallel_tool_calls",
  "n",
  "presence_penalty",
  "frequency_penalty",
  "top_k",
  "min_p",
  "logit_bias",
  "service_tier",
  "prediction",
  "metadata",
  "user",
  "store",
  "prompt_cache_key",
] as const satisfies readonly (keyof CompletionRequest)[];

const NO_PARAMETERS = { type: "object", properties: {} };

function writeTool({ function: { name, description, parameters, strict } }: Tool) {
  const written: Record<string, unknown> = { name, parameters: parameters ?? NO_PARAMETERS };
  if (description !== undefined) written.description = description;
  if (strict !== undefined) written.strict = strict;
  return { type: "function", function: written };
}

/** The schema is enforced to the letter only if that is asked for, as with OpenAI. */
function writeFormat(format: ResponseFormat): RequestBody | undefined {
  if (format.type !== "json_schema") return format.type === "text" ? undefined : format;
  const { name, description, schema, strict = false } = format.json_schema;
  const json_schema = { name, schema, strict, ...(description === undefined ? {} : { description }) };
  return { type: "json_schema", json_schema };
}

const openAiLogprobs = (top_logprobs: number): RequestBody => ({ logprobs: true, top_logprobs });

/** Free fields beside ours; an object of both (OpenRouter's `provider`) has the fields of both. */
function addFreeFields(body: RequestBody, free: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(free)) {
    const own = body[name];
    body[name] = isRecord(own) && isRecord(value) ? { ...own, ...value } : value;
  }
}

/** A request's body without what a stream adds, and warnings of what was done otherwise than asked. */
export function writeBody(request: CompletionRequest, dialect: Dialect, provider: string) {
  const { model, messages, stop, response_format, tools, tool_choice, top_logprobs, provider_options } =
    request;
  const written = writeMessages(messages, dialect, provider);
  const body: RequestBody = { model, messages: dialect.messagesOf?.(written, request) ?? written };
  for (const name of PLAIN_FIELDS) if (request[name] !== undefined) body[name] = request[name];
  // An empty list asks for nothing, and OpenAI refuses one.
  if (stop?.length) body.stop = stop;
  const format = response_format && writeFormat(response_format);
  if (format) body.response_format = format;
  if (tools?.length) {
    body.tools = tools.map(writeTool);
    if (tool_choice !== undefined) body.tool_choice = tool_choice;
  }
  if (top_logprobs !== undefined) Object.assign(body, (dialect.logprobs ?? openAiLogprobs)(top_logprobs));
  const warnings = dialect.adjust?.(body, request) ?? [];
  if (provider_options) addFreeFields(body, provider_options);
  return { body, warnings };
}

/** Adds what asks for a stream. */
export function askForStream(body: RequestBody, { asks_usage = true }: Dialect): void {
  body.stream = true;
  if (asks_usage) body.stream_options = { include_usage: true };
}
