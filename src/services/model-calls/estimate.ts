import type { ChatMessage, ToolCall } from "../../domain/completions/chat.ts";
import type { ProviderCompletion, Usage } from "../../domain/completions/completion.ts";
import type { CompletionRequest } from "../../providers/provider.ts";

/** Tokens that the chat format adds to each message and to the whole, as OpenAI's cookbook counts them. */
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/** The maximum length of a piece. A tokenizer's time grows with the square of a run without blanks. */
const PIECE = 500;
/** Characters that are counted in one text. The rest is assumed to have as many tokens per character. */
const COUNTED_MAX = 100_000;

/** Cuts the text into pieces that are quickly counted. A cut may change the count by one token. */
const piecesOf = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );

/** Returns a counter of tokens by OpenAI's o200k vocabulary, which the first use loads. */
async function loadCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  // A text that spells a special token is counted as ordinary text.
  const countPiece = (piece: string) => countTokens(piece, { disallowedSpecial: new Set() });
  return (whole) => {
    const counted = whole.slice(0, COUNTED_MAX);
    const tokens = piecesOf(counted).reduce((sum, piece) => sum + countPiece(piece), 0);
    return Math.round(tokens * Math.max(1, whole.length / COUNTED_MAX));
  };
}

const estimated = (prompt_tokens: number, completion_tokens: number): Usage => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  estimated: true,
});

/** The parts of a request that a model reads. */
type PromptParts = Pick<CompletionRequest, "messages" | "tools" | "response_format">;
/** The parts of an answer that a model writes. */
type AnswerParts = Pick<ProviderCompletion, "text" | "tool_calls" | "reasoning_content">;

const wordsOf = (calls: readonly ToolCall[] = []): string =>
  calls.map(({ function: { name, arguments: args } }) => `${name} ${args}`).join("\n");

const wordsIn = (message: ChatMessage): string =>
  "tool_calls" in message ? `${message.content}${wordsOf(message.tool_calls)}` : message.content;

/** Returns the schemas as text: vendors put them into the prompt. */
const schemasOf = ({ tools = [], response_format }: PromptParts): string[] =>
  [...tools, ...(response_format?.type === "json_schema" ? [response_format.json_schema] : [])].map(
    (schema) => JSON.stringify(schema),
  );

/**
 * Estimates the tokens of a call whose provider reported none, by OpenAI's o200k vocabulary. The estimate is close for
 * OpenAI's models and differs by some 10 to 30 % for others. It is marked as estimated.
 */
export async function estimateUsage(
  prompt: PromptParts,
  { text, tool_calls, reasoning_content = "" }: AnswerParts,
): Promise<Usage> {
  const count = await loadCounter();
  const messages = prompt.messages.reduce(
    (sum, message) => sum + PER_MESSAGE + count(wordsIn(message)),
    PER_REPLY,
  );
  const prompt_tokens = schemasOf(prompt).reduce((sum, schema) => sum + count(schema), messages);
  const reasoning_tokens = count(reasoning_content);
  const usage = estimated(prompt_tokens, count(text) + count(wordsOf(tool_calls)) + reasoning_tokens);
  return reasoning_tokens > 0 ? { ...usage, reasoning_tokens } : usage;
}

/** Like `estimateUsage`, for texts that are embedded. */
export async function estimateReading(texts: readonly string[]): Promise<Usage> {
  const count = await loadCounter();
  return estimated(
    texts.reduce((sum, text) => sum + count(text), 0),
    0,
  );
}
