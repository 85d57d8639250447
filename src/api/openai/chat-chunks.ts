import type { Completion } from "../../domain/completions/completion.ts";
import type { CompletionEvent } from "../../services/completions/index.ts";
import type { ServerEvent } from "../rest/support/sse.ts";
import {
  type ChoiceFacts,
  chatId,
  choicesOf,
  finishReasonOf,
  logprobsOf,
  reasoningOf,
  usageOf,
  warningsOf,
} from "./chat-answer.ts";

type ToolCallPiece = Extract<CompletionEvent, { type: "tool_call" }>;

interface ChunkOptions {
  request_id: string;
  /** The model's name from the request. */
  model: string;
  include_usage: boolean;
}

const event = (data: object): ServerEvent => ({ data: JSON.stringify(data) });

const toChoice = (delta: object) => ({ index: 0, delta, logprobs: null, finish_reason: null });

/** Formats the pieces of tool calls. Clients concatenate the pieces, so a call's id and name are sent only once. */
function createToolCallFormat() {
  const begun = new Set<number>();
  return ({ index, id, name, arguments: piece, extra_content }: ToolCallPiece) => {
    const extra = extra_content ? { extra_content } : {};
    if (begun.has(index)) return { index, function: { arguments: piece }, ...extra };
    begun.add(index);
    return { index, id, type: "function", function: { name, arguments: piece }, ...extra };
  };
}

/** Returns a whole answer as one delta: those after the first are not streamed. */
const wholeDelta = (choice: ChoiceFacts) => ({
  role: "assistant",
  ...(choice.refusal ? { refusal: choice.refusal } : { content: choice.text }),
  ...reasoningOf(choice),
  ...(choice.tool_calls ? { tool_calls: choice.tool_calls.map((call, index) => ({ index, ...call })) } : {}),
});

/**
 * Creates the formatter of a streamed answer. Each piece becomes OpenAI's events: the role first, then the deltas, the
 * finish reason, the usage if requested, and `[DONE]`. Throws SERVICE_UNAVAILABLE at the end of an answer that the
 * provider ended with an error.
 */
export function createChunks({ request_id, model, include_usage }: ChunkOptions) {
  const base = {
    id: chatId(request_id),
    object: "chat.completion.chunk",
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const usage = include_usage ? { usage: null } : {};
  const toolCallOf = createToolCallFormat();
  let begun = false;

  const chunk = (choice: object, warnings: object = {}) =>
    event({ ...base, choices: [choice], ...usage, ...warnings });
  const delta = (fields: object) => chunk(toChoice(fields));

  function start(): ServerEvent[] {
    if (begun) return [];
    begun = true;
    return [delta({ role: "assistant", content: "", refusal: null })];
  }

  /** Returns the last chunk of one of the answers. */
  function lastChunk(
    choice: ChoiceFacts,
    place: { index: number; delta: object },
    warnings = {},
  ): ServerEvent {
    const finish_reason = finishReasonOf(choice);
    return chunk({ ...place, logprobs: logprobsOf(choice.logprobs ?? null), finish_reason }, warnings);
  }

  function end(completion: Completion): ServerEvent[] {
    const [first, ...others] = choicesOf(completion);
    const { reasoning_details } = completion;
    const totals = include_usage && completion.usage ? [usageOf(completion.usage, completion)] : [];
    return [
      ...(reasoning_details?.length ? [delta({ reasoning_details })] : []),
      lastChunk(first ?? completion, { index: 0, delta: {} }, warningsOf(completion)),
      ...others.map((choice, index) => lastChunk(choice, { index: index + 1, delta: wholeDelta(choice) })),
      ...totals.map((total) => event({ ...base, choices: [], usage: total })),
      { data: "[DONE]" },
    ];
  }

  function format(piece: CompletionEvent): ServerEvent[] {
    if (piece.type === "done") return end(piece.completion);
    if (piece.type === "reasoning") return [delta({ reasoning_content: piece.text })];
    if (piece.type === "tool_call") return [delta({ tool_calls: [toolCallOf(piece)] })];
    return [delta(piece.refusal ? { refusal: piece.text } : { content: piece.text })];
  }

  return (piece: CompletionEvent): ServerEvent[] => [...start(), ...format(piece)];
}
