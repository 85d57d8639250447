import { isRecord } from "../../base/json/json.ts";
import type { AnswerRepair } from "./repaired-answers.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The events of a stream that carry an answer. By Anthropic's versioning policy others may be added at any time. */
const EVENTS: ReadonlySet<unknown> = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
  "error",
]);
/** The content blocks that an answer to our requests is made of. */
const BLOCKS: ReadonlySet<unknown> = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);
const DELTAS: ReadonlySet<unknown> = new Set([
  "text_delta",
  "thinking_delta",
  "signature_delta",
  "input_json_delta",
]);

const typeOf = (value: unknown): unknown => (isRecord(value) ? value.type : undefined);

/** Returns a usage with both counts. A count of 0 where tokens must have been used is taken for a missing one later. */
const withCounts = (usage: unknown): Fields => ({
  ...(isRecord(usage) ? usage : {}),
  input_tokens: (isRecord(usage) ? usage.input_tokens : undefined) ?? 0,
  output_tokens: (isRecord(usage) ? usage.output_tokens : undefined) ?? 0,
});

/** Returns the usage at the end of a stream. Input counts that it lacks are those of the beginning. */
const withOutputCount = (usage: unknown): Fields => ({
  ...(isRecord(usage) ? usage : {}),
  output_tokens: (isRecord(usage) ? usage.output_tokens : undefined) ?? 0,
});

/** Compatible servers send thoughts without a signature. */
const withSignature = (block: unknown): unknown =>
  isRecord(block) && block.type === "thinking" ? { signature: "", ...block } : block;

/**
 * Creates the repair of one answer of Anthropic's Messages API, or of a server that imitates it: unknown events, blocks
 * and deltas are left out, and missing usage is filled with zeros.
 */
export function createAnthropicRepair(): AnswerRepair {
  const left_out = new Set<unknown>();

  function isKnown(value: Fields): boolean {
    if (!EVENTS.has(value.type)) return false;
    if (value.type === "content_block_start" && !BLOCKS.has(typeOf(value.content_block))) {
      left_out.add(value.index);
      return false;
    }
    if (left_out.has(value.index) && String(value.type).startsWith("content_block")) return false;
    return value.type !== "content_block_delta" || DELTAS.has(typeOf(value.delta));
  }

  return {
    event(value) {
      if (!isKnown(value)) return undefined;
      if (value.type === "message_start" && isRecord(value.message))
        return { ...value, message: { ...value.message, usage: withCounts(value.message.usage) } };
      return value.type === "message_delta" ? { ...value, usage: withOutputCount(value.usage) } : value;
    },
    body(value) {
      if (value.type !== "message" || !Array.isArray(value.content)) return value;
      const content = value.content.filter((block) => BLOCKS.has(typeOf(block))).map(withSignature);
      return { ...value, content, usage: withCounts(value.usage) };
    },
  };
}
