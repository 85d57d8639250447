import type { ChatMessage } from "../../domain/chat.ts";
import type { Usage } from "../../domain/completion.ts";

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

/**
 * Tokens of a call whose provider reported none, by OpenAI's o200k vocabulary: near the truth for its models, within
 * some ten to thirty per cent for others, and marked as estimated.
 */
export async function estimateUsage(messages: readonly ChatMessage[], text: string): Promise<Usage> {
  const count = await loadCounter();
  const prompt = messages.reduce((sum, { content }) => sum + PER_MESSAGE + count(content), PER_REPLY);
  return estimated(prompt, count(text));
}

/** The same for texts that are embedded. */
export async function estimateReading(texts: readonly string[]): Promise<Usage> {
  const count = await loadCounter();
  return estimated(
    texts.reduce((sum, text) => sum + count(text), 0),
    0,
  );
}
