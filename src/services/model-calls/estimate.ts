import type { ChatMessage, ToolCall } from "../../domain/completions/chat.ts";
import type { ProviderCompletion, Usage } from "../../domain/completions/completion.ts";
import type { CompletionRequest } from "../../providers/provider.ts";

/** Tokens that the chat format itself adds to each message and to the whole, as OpenAI's cookbook counts them. */
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/** A tokenizer's time grows with the square of a run without blanks: this is as long as one may get. */
const PIECE = 500;
/** Characters that are counted of one text; what is beyond is taken to be like them. */
const COUNTED_MAX = 100_000;

/** The text in pieces that are quickly counted; a cut may change the count by a token. */
const piecesOf = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );

/** Counts tokens by OpenAI's o200k vocabulary, which is loaded by the first use. */
async function loadCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  // A text that spells a special token is counted as the text it is.
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

/** What a model reads of a request. */
type Asked = Pick<CompletionRequest, "messages" | "tools" | "response_format">;
/** What a model has written. */
type Written = Pick<ProviderCompletion, "text" | "tool_calls" | "reasoning_content">;

const wordsOf = (calls: readonly ToolCall[] = []): string =>
  calls.map(({ function: { name, arguments: args } }) => `${name} ${args}`).join("\n");

const wordsIn = (message: ChatMessage): string =>
  "tool_calls" in message ? `${message.content}${wordsOf(message.tool_calls)}` : message.content;

/** The schemas that go along: vendors put them into the prompt. */
const schemasOf = ({ tools = [], response_format }: Asked): string[] =>
  [...tools, ...(response_format?.type === "json_schema" ? [response_format.json_schema] : [])].map(
    (schema) => JSON.stringify(schema),
  );

/**
 * Tokens of a call whose provider reported none, by OpenAI's o200k vocabulary: near the truth for its models, within
 * some ten to thirty per cent for others, and marked as estimated.
 */
export async function estimateUsage(
  asked: Asked,
  { text, tool_calls, reasoning_content = "" }: Written,
): Promise<Usage> {
  const count = await loadCounter();
  const messages = asked.messages.reduce(
    (sum, message) => sum + PER_MESSAGE + count(wordsIn(message)),
    PER_REPLY,
  );
  const prompt = schemasOf(asked).reduce((sum, schema) => sum + count(schema), messages);
  const reasoning_tokens = count(reasoning_content);
  const usage = estimated(prompt, count(text) + count(wordsOf(tool_calls)) + reasoning_tokens);
  return reasoning_tokens > 0 ? { ...usage, reasoning_tokens } : usage;
}

/** The same for texts that are embedded. */
export async function estimateReading(texts: readonly string[]): Promise<Usage> {
  const count = await loadCounter();
  return estimated(
    texts.reduce((sum, text) => sum + count(text), 0),
    0,
  );
}
