import type { Completion } from "../../domain/completions/completion.ts";
import type { CompletionEvent } from "../../services/completions/index.ts";
import type { ServerEvent } from "../rest/support/sse.ts";
import { chatId, finishReasonOf, logprobsOf, usageOf, warningsOf } from "./chat-answer.ts";

type ToolCallPiece = Extract<CompletionEvent, { type: "tool_call" }>;

interface ChunkOptions {
  request_id: string;
  /** The model as it was asked for. */
  model: string;
  include_usage: boolean;
}

const event = (data: object): ServerEvent => ({ data: JSON.stringify(data) });

const toChoice = (delta: object) => ({ index: 0, delta, logprobs: null, finish_reason: null });

/** Clients join the pieces of a call: its id and name may come but once. */
function createToolCalls() {
  const begun = new Set<number>();
  return ({ index, id, name, arguments: piece }: ToolCallPiece) => {
    if (begun.has(index)) return { index, function: { arguments: piece } };
    begun.add(index);
    return { index, id, type: "function", function: { name, arguments: piece } };
  };
}

/**
 * Makes OpenAI's events of a streamed answer's pieces: the role first, then what comes, how it ended, the usage if that
 * was asked for, and `[DONE]`. Throws SERVICE_UNAVAILABLE at the end of an answer that the provider gave up.
 */
export function createChunks({ request_id, model, include_usage }: ChunkOptions) {
  const base = {
    id: chatId(request_id),
    object: "chat.completion.chunk",
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const usage = include_usage ? { usage: null } : {};
  const toolCallOf = createToolCalls();
  let begun = false;

  const chunk = (choice: object, more: object = {}) =>
    event({ ...base, choices: [choice], ...usage, ...more });
  const delta = (fields: object) => chunk(toChoice(fields));

  function start(): ServerEvent[] {
    if (begun) return [];
    begun = true;
    return [delta({ role: "assistant", content: "", refusal: null })];
  }

  function end(completion: Completion): ServerEvent[] {
    const finish_reason = finishReasonOf(completion);
    const last = { index: 0, delta: {}, logprobs: logprobsOf(completion.logprobs), finish_reason };
    const counted = include_usage && completion.usage ? [usageOf(completion.usage)] : [];
    return [
      chunk(last, warningsOf(completion)),
      ...counted.map((total) => event({ ...base, choices: [], usage: total })),
      { data: "[DONE]" },
    ];
  }

  function show(piece: CompletionEvent): ServerEvent[] {
    if (piece.type === "done") return end(piece.completion);
    if (piece.type === "reasoning") return [delta({ reasoning_content: piece.text })];
    return [delta(piece.type === "text" ? { content: piece.text } : { tool_calls: [toolCallOf(piece)] })];
  }

  return (piece: CompletionEvent): ServerEvent[] => [...start(), ...show(piece)];
}
