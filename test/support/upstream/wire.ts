export type UpstreamContent = string | null | { type?: string; text?: string }[];

/** The fields of a request's body that OpenAI's and Anthropic's have; the others are there too. */
export interface UpstreamBody {
  model: string;
  messages: { role: string; content: UpstreamContent }[];
  /** Anthropic's place for the system prompt. */
  system?: UpstreamContent;
  max_tokens?: number;
  /** OpenAI's name for it where the model reasons. */
  max_completion_tokens?: number;
  stream?: boolean;
  [field: string]: unknown;
}

/** What a request says, whoever's it is. */
export interface Asked {
  model: string;
  /** The texts of the conversation, in order. */
  texts: readonly string[];
  /** The last user message. */
  last: string;
  max_tokens?: number | undefined;
  stream: boolean;
  /** OpenAI's alone: whether a stream is to report usage, and how many log-probabilities are asked for. */
  include_usage?: boolean;
  top_logprobs?: number | undefined;
}

export interface UpstreamToolCall {
  id: string;
  name: string;
  /** JSON. */
  arguments: string;
}

/** A whole answer, counted: a simulated tokenizer takes words for tokens. */
export interface Reply {
  model: string;
  words: string[];
  /** Null where there is none to give. */
  finish_reason: string | null;
  /** `output` is of the words alone; `reasoning` tokens are counted as the vendor does, beside or with it. */
  usage: { input: number; output: number; cached: number; cache_write: number; reasoning: number } | null;
  tool_calls: readonly UpstreamToolCall[];
  /** What the model thinks before it answers, where the vendor tells. */
  thoughts: string;
  /** The answer is a refusal in the vendor's own place for one. */
  refused: boolean;
  /** One for each word, where they were asked for. */
  logprobs: readonly { token: string; logprob: number; top: readonly { token: string; logprob: number }[] }[];
}

/** How one vendor speaks on the wire. The words are its finish reasons; null where it has none for it. */
export interface Wire {
  finished: string;
  truncated: string;
  called: string | null;
  refused: string | null;
  /** What a request asks; undefined where it is none that the vendor would take. `path` is that of its URL. */
  read(body: unknown, path: string): Asked | undefined;
  error(status: number, message: string): unknown;
  /** The refusal of a prompt that is longer than the model's context. */
  overflow: { status: number; message: string };
  complete(reply: Reply): unknown;
  /** The events of an answer; without its end if it has no finish reason. */
  events(reply: Reply, asked: Asked): (string | Uint8Array)[];
  /** The content type of a stream; that of server-sent events if left out. */
  stream_type?: string;
}

export const textOf = (content: UpstreamContent): string =>
  typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A body with OpenAI's or Anthropic's fields; anything else is their 400. */
export const isBody = (value: unknown): value is UpstreamBody =>
  isRecord(value) && typeof value.model === "string" && Array.isArray(value.messages);

/** A server-sent event without a name. */
export const toEvent = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** A text in two pieces, as a vendor might stream it. */
export const halves = (text: string): string[] => {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== "");
};

/** Returns the name of the JSON form that a request asks for; empty if it asks for none. */
export const formIn = ({ response_format }: UpstreamBody): string =>
  isRecord(response_format) && isRecord(response_format.json_schema)
    ? String(response_format.json_schema.name)
    : "";
